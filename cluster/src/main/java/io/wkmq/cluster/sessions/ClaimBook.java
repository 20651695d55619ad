package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Tell;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Told;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Verdict;
import io.wkmq.routing.NodeId;
import io.wkmq.session.TakenElsewhereException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose sessions this node has, under which epochs, and what the other nodes know of that. Belongs to one thread. The rule: of
 * two nodes that have a client the one with the greater epoch, or with equal ones the greater node id, keeps it. Whoever learns
 * that his is the lesser gives up: who is told, before he answers; who tells, when he is answered.
 *
 * <p>Everything is told to each node that is here, again and again until it answers; so nodes that can talk to each other end
 * with one owner, whatever got lost before. A claim waits for that, but not for long, and not for nodes that were late before.
 */
final class ClaimBook {
    /** How often a claim is made anew because the other node's claim is newer by its clock, but was there before. */
    private static final int STAMPS_MAX = 4;

    private static final Logger log = LoggerFactory.getLogger(ClaimBook.class);

    private final Peer self;
    private final Leaving sessions;
    private final TellLine line;
    private final LongSupplier clockMs;
    private final EpochClock epochs;
    private final ClaimLimits limits;
    private final Map<String, Holding> holdings = new HashMap<>();
    private final Map<String, CompletableFuture<Void>> leaving = new HashMap<>();
    private final Map<NodeId, PeerTells> peers = new HashMap<>();
    private final ArrayDeque<Claim> waiting = new ArrayDeque<>(); // oldest first; some are done

    /** The book of a node; what {@code sessions} calls back comes on the book's thread. */
    ClaimBook(Peer self, Leaving sessions, TellLine line, LongSupplier clockMs, EpochClock epochs, ClaimLimits limits) {
        this.self = self;
        this.sessions = sessions;
        this.line = line;
        this.clockMs = clockMs;
        this.epochs = epochs;
        this.limits = limits;
    }

    private static final class Holding {
        private long epoch;
        private @Nullable Claim claim; // while it is being made

        Holding(long epoch) {
            this.epoch = epoch;
        }
    }

    /** Asks another node; exactly one of the two is called, later and on the book's thread. */
    @FunctionalInterface
    interface TellLine {
        void tell(NodeId node, Tell tell, Consumer<Told> answered, Runnable unanswered);
    }

    /** Ends a session of this node; see {@link LocalSessions#giveUp}. */
    @FunctionalInterface
    interface Leaving {
        void giveUp(String clientId, long epoch, Runnable done);
    }

    void claim(String clientId, CompletableFuture<Long> done) {
        if (waiting.size() >= limits.claimsMax()) {
            done.completeExceptionally(new IllegalStateException(
                    "there are " + limits.claimsMax() + " claims under way, which is the limit"));
            return;
        }
        Holding holding = holdings.computeIfAbsent(clientId, id -> new Holding(0));
        Claim claim = new Claim(clientId, clockMs.getAsLong() + limits.waitMs(), done);
        holding.claim = claim;
        stamp(holding, claim);
        if (holding.claim != null) {
            waiting.add(claim);
        }
    }

    private void stamp(Holding holding, Claim claim) {
        holding.epoch = epochs.next();
        claim.awaited.clear();
        for (PeerTells peer : peers.values()) {
            peer.tell(claim.clientId);
            if (!peer.late()) {
                claim.awaited.add(peer);
            }
        }
        if (claim.awaited.isEmpty()) {
            grant(holding, claim);
        }
    }

    private static void grant(Holding holding, Claim claim) {
        holding.claim = null;
        claim.awaited.clear();
        claim.done.complete(holding.epoch);
    }

    /** Sends what gathered. Called behind everything else that is to be done on the thread now. */
    void flush() {
        peers.values().forEach(this::flush);
    }

    private void flush(PeerTells peer) {
        List<Held> batch = peer.next(limits, clockMs.getAsLong(), this::held);
        if (batch != null) {
            line.tell(
                    peer.peer().id(),
                    new Tell(self.incarnation(), batch),
                    told -> answered(peer, batch, told),
                    () -> unanswered(peer, batch));
        }
    }

    private @Nullable Held held(String clientId) {
        Holding holding = holdings.get(clientId);
        return holding == null ? null : new Held(clientId, holding.epoch);
    }

    private void answered(PeerTells peer, List<Held> batch, Told told) {
        if (told.verdicts().size() != batch.size()) {
            log.warn(
                    "A node answered for {} clients, expected {}, node={}",
                    told.verdicts().size(),
                    batch.size(),
                    peer.peer().node().name());
            unanswered(peer, batch);
            return;
        }
        peer.answered();
        for (int i = 0; i < batch.size(); i++) {
            judged(peer, batch.get(i), told.verdicts().get(i));
        }
        if (peers.get(peer.peer().id()) == peer) {
            flush(peer);
        }
    }

    private void unanswered(PeerTells peer, List<Held> batch) {
        peer.unanswered(batch);
        late(peer);
    }

    private void judged(PeerTells peer, Held told, Verdict verdict) {
        epochs.seen(verdict.newer());
        Holding holding = holdings.get(told.clientId());
        if (holding == null || holding.epoch != told.epoch()) {
            return; // void: it is another's by now, or claimed anew, of which the other node will be told
        }
        Claim claim = holding.claim;
        if (!newer(verdict.newer(), peer.peer().id(), told.epoch(), self.id())) {
            if (claim != null) {
                stopWaiting(holding, claim, peer);
            }
        } else if (claim != null && !verdict.claiming() && claim.stamps < STAMPS_MAX) {
            // It was there before, so this CONNECT came later, whatever the clocks say.
            claim.stamps++;
            stamp(holding, claim);
        } else {
            giveUp(told.clientId(), holding, verdict.newer());
        }
    }

    private static void stopWaiting(Holding holding, Claim claim, PeerTells peer) {
        if (claim.awaited.remove(peer) && claim.awaited.isEmpty()) {
            grant(holding, claim);
        }
    }

    private static boolean newer(long epoch, NodeId of, long than, NodeId ofOther) {
        return epoch == than ? of.value().compareTo(ofOther.value()) > 0 : epoch > than;
    }

    /** The client is another node's; who asks for it before it has left waits for that. */
    private void giveUp(String clientId, Holding holding, long newer) {
        holdings.remove(clientId);
        Claim claim = holding.claim;
        if (claim != null) {
            holding.claim = null;
            claim.awaited.clear();
            claim.done.completeExceptionally(new TakenElsewhereException(clientId));
        }
        CompletableFuture<Void> left = new CompletableFuture<>();
        leaving.put(clientId, left);
        sessions.giveUp(clientId, newer, () -> {
            leaving.remove(clientId, left);
            left.complete(null);
        });
    }

    void release(String clientId) {
        Holding holding = holdings.get(clientId);
        if (holding != null && holding.claim == null) {
            holdings.remove(clientId);
        }
    }

    void restored(String clientId, long epoch) {
        epochs.seen(epoch);
        Holding holding = holdings.putIfAbsent(clientId, new Holding(epoch));
        if (holding == null) {
            peers.values().forEach(peer -> peer.tell(clientId));
        }
    }

    /** Whether a message is of the process that this node takes for present, or of one that it has not met yet. */
    boolean current(NodeId from, long incarnation) {
        PeerTells known = peers.get(from);
        return known == null || known.peer().incarnation() == incarnation;
    }

    /** Another node tells what it has; the stage completes when this one serves none of it under an older claim. */
    CompletionStage<Told> told(NodeId from, Tell tell) {
        List<Verdict> verdicts = new ArrayList<>(tell.held().size());
        List<CompletableFuture<Void>> waits = new ArrayList<>();
        for (Held held : tell.held()) {
            verdicts.add(told(from, held));
            CompletableFuture<Void> wait = leaving.get(held.clientId());
            if (wait != null) {
                waits.add(wait);
            }
        }
        Told answer = new Told(verdicts);
        return CompletableFuture.allOf(waits.toArray(new CompletableFuture<?>[0]))
                .thenApply(all -> answer);
    }

    private Verdict told(NodeId from, Held held) {
        epochs.seen(held.epoch());
        Holding holding = holdings.get(held.clientId());
        if (holding == null) {
            return Verdict.YOURS;
        }
        if (newer(holding.epoch, self.id(), held.epoch(), from)) {
            return new Verdict(holding.epoch, holding.claim != null);
        }
        giveUp(held.clientId(), holding, held.epoch());
        return Verdict.YOURS;
    }

    void here(Peer peer) {
        gone(peer);
        peers.put(peer.id(), new PeerTells(peer, holdings.keySet()));
    }

    void gone(Peer peer) {
        PeerTells gone = peers.remove(peer.id());
        if (gone != null) {
            nobodyWaitsFor(gone);
        }
    }

    private void late(PeerTells peer) {
        peer.late(clockMs.getAsLong() + limits.retryMs());
        nobodyWaitsFor(peer);
    }

    private void nobodyWaitsFor(PeerTells peer) {
        for (Claim claim : waiting) {
            Holding holding = holdings.get(claim.clientId);
            if (holding != null && holding.claim == claim) {
                stopWaiting(holding, claim, peer);
            }
        }
    }

    /** Every few milliseconds: ends what has waited too long, says again what was not answered. */
    void tick() {
        long nowMs = clockMs.getAsLong();
        while (!waiting.isEmpty() && done(waiting.element(), nowMs)) {
            waiting.remove();
        }
        flush();
    }

    private boolean done(Claim claim, long nowMs) {
        if (claim.deadlineMs <= nowMs) {
            for (PeerTells peer : List.copyOf(claim.awaited)) {
                log.warn(
                        "A node does not say in time whether it has a client, node={}",
                        peer.peer().node().name());
                late(peer);
            }
        }
        return claim.done.isDone();
    }

    /** How many sessions this node has. */
    int size() {
        return holdings.size();
    }

    /** The epoch under which this node has a client, or -1. */
    long epoch(String clientId) {
        Holding holding = holdings.get(clientId);
        return holding == null ? -1 : holding.epoch;
    }

    /** How many claims wait. */
    long claiming() {
        return waiting.stream().filter(claim -> !claim.done.isDone()).count();
    }
}
