package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.Incoming.Offered;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Tell;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Told;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Verdict;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Wish;
import io.wkmq.routing.NodeId;
import io.wkmq.session.Claimed;
import io.wkmq.session.TakenElsewhereException;
import io.wkmq.session.Will;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions this node has, their epochs, and what the other nodes know about them. Belongs to one thread. The rule: of two nodes
 * that have a client, the one with the greater epoch (or, if equal, the greater node id) keeps it. The node that learns that its
 * claim is the lesser one gives the client up: the told node before it answers, the telling node when it receives the answer.
 *
 * <p>Every change is told to each present node, repeatedly until it answers; so nodes that reach each other end up with one owner,
 * whatever was lost before. A claim waits for the answers, but not for long, and not for nodes that were late before.
 */
final class ClaimBook implements Telling.Book {
    /** How often a claim is renewed with a greater epoch because the other node's claim has a greater one, but was there before. */
    private static final int STAMPS_MAX = 4;

    private static final Logger log = LoggerFactory.getLogger(ClaimBook.class);

    private final Peer self;
    private final LocalSessions sessions;
    private final Telling telling;
    private final LongSupplier clockMs;
    private final EpochClock epochs;
    private final ClaimLimits limits;
    private final Map<String, Holding> holdings = new HashMap<>();
    private final Map<String, CompletableFuture<Void>> leaving = new HashMap<>();
    private final Arrivals arrivals;
    private final Forgets forgets;
    private final Departures departures;
    private final Moves moves;
    private final OwnWills wills;
    private final ArrayDeque<Claim> waiting = new ArrayDeque<>(); // oldest first; includes some that are done
    private boolean closed;

    /**
     * Creates the book of a node. Callbacks of {@code sessions} must run on the book's thread.
     *
     * @param loop the book's thread
     */
    ClaimBook(
            Peer self,
            LocalSessions sessions,
            Telling.TellLine line,
            Departures departures,
            Moves moves,
            OwnWills wills,
            Executor loop,
            LongSupplier clockMs,
            EpochClock epochs,
            ClaimLimits limits) {
        this.self = self;
        this.sessions = sessions;
        this.departures = departures;
        this.moves = moves;
        this.wills = wills;
        this.clockMs = clockMs;
        this.epochs = epochs;
        this.limits = limits;
        this.telling = new Telling(self, line, this, limits, clockMs);
        departures.whenThawed(telling::tellAll);
        this.forgets = new Forgets(sessions::forget, clockMs);
        this.arrivals = new Arrivals(moves, loop, new Arrivals.Others() {
            @Override
            public void tell(NodeId node, String clientId) {
                telling.tell(node, clientId);
            }

            @Override
            public boolean here(NodeId node) {
                return telling.here(node);
            }

            @Override
            public void replaced(String clientId) {
                departures.end(clientId);
            }
        });
    }

    private static final class Holding {
        private long epoch;
        private @Nullable Claim claim; // the pending claim, if any

        Holding(long epoch) {
            this.epoch = epoch;
        }

        /** Returns the epoch of the session this node has already; 0 if it has none. */
        long sessionEpoch() {
            return claim == null ? epoch : claim.formerEpoch;
        }
    }

    void claim(
            String clientId,
            boolean keep,
            @Nullable Will will,
            long willDelaySeconds,
            CompletableFuture<Claimed> done) {
        if (closed) {
            done.completeExceptionally(new IllegalStateException("the node stops"));
            return;
        }
        if (waiting.size() >= limits.claimsMax()) {
            done.completeExceptionally(new IllegalStateException(
                    "there are " + limits.claimsMax() + " claims under way, which is the limit"));
            return;
        }
        Holding holding = holdings.computeIfAbsent(clientId, id -> new Holding(0));
        arrivals.cancel(clientId);
        long deadlineMs = clockMs.getAsLong() + limits.waitMs();
        Claim claim = new Claim(clientId, keep, will, willDelaySeconds, holding.epoch, deadlineMs, done);
        holding.claim = claim;
        stamp(holding, claim);
        if (holding.claim != null) {
            waiting.add(claim);
        }
    }

    private void stamp(Holding holding, Claim claim) {
        holding.epoch = epochs.next();
        claim.unanswered.clear();
        claim.offers.clear();
        for (PeerTells peer : telling.peers()) {
            peer.tell(claim.clientId);
            claim.unanswered.add(peer);
        }
        entrust(holding, claim);
        grantUnlessItWaits(holding, claim);
    }

    /** Leaves the claim's will with another node; the claim is granted only once that node has it. */
    private void entrust(Holding holding, Claim claim) {
        Will will = claim.will;
        long epoch = holding.epoch;
        claim.unguarded = will != null
                && wills.propose(claim.clientId, epoch, will, claim.willDelaySeconds, () -> {
                    if (holding.claim == claim && holding.epoch == epoch) {
                        claim.unguarded = false;
                        grantUnlessItWaits(holding, claim);
                    }
                });
    }

    private void grantUnlessItWaits(Holding holding, Claim claim) {
        claim.doubtful |= claim.keep && departures.doubtful(claim.clientId);
        if (!claim.waits()) {
            grant(holding, claim);
        }
    }

    private void grant(Holding holding, Claim claim) {
        String clientId = claim.clientId;
        long epoch = holding.epoch;
        holding.claim = null;
        claim.unanswered.clear();
        if (claim.offers.isEmpty()) {
            departures.thaw(clientId); // it stays here
            claim.done.complete(new Claimed(epoch, null));
            return;
        }
        departures.replace(clientId); // the session here stays as it is until the newer one has come
        claim.done.complete(new Claimed(epoch, arrivals.offer(clientId, epoch, claim.offers)));
    }

    @Override
    public @Nullable Held held(String clientId, NodeId to) {
        Holding holding = holdings.get(clientId);
        return holding == null
                ? null
                : new Held(clientId, holding.epoch, wish(clientId, holding), arrivals.obsolete(clientId, to));
    }

    /** Returns what another node should do with its session of a client. */
    private Wish wish(String clientId, Holding holding) {
        if (holding.claim != null) {
            return holding.claim.keep ? Wish.KEEP : Wish.END;
        }
        if (departures.keeps(clientId)) {
            return Wish.KEEP; // a third node's claim counts, and whether that one wants the session is not known here
        }
        return arrivals.awaits(clientId, holding.epoch) ? Wish.KEEP : Wish.END;
    }

    @Override
    public void judged(PeerTells peer, Held told, Verdict verdict) {
        epochs.seen(verdict.newer());
        Holding holding = holdings.get(told.clientId());
        if (holding == null || holding.epoch != told.epoch()) {
            return; // void: lost to another node, or claimed anew, which the other node will be told
        }
        Claim claim = holding.claim;
        NodeId by = peer.peer().id();
        if (verdict.offered() > 0) {
            offered(peer, holding, new Offered(by, verdict.offered()), told.clientId());
            if (claim != null && claim.keep) {
                claim.doubtful |= verdict.doubtful();
            }
        }
        if (!newer(verdict.newer(), by, told.epoch(), self.id())) {
            if (verdict.forgetting()) {
                peer.tellLater(told.clientId());
            } else if (told.forgets() > 0) {
                arrivals.forgotten(told.clientId(), told.epoch(), by);
            }
            if (claim != null && claim.unanswered.remove(peer)) {
                grantUnlessItWaits(holding, claim);
            }
        } else if (claim != null && !verdict.claiming() && claim.stamps < STAMPS_MAX) {
            // It was there before, so this CONNECT came later, whatever the clocks say.
            claim.stamps++;
            wills.withdraw(claim.clientId, holding.epoch);
            stamp(holding, claim);
        } else if (verdict.wanting()
                || departures.keptFor(told.clientId(), by)
                || departures.newerThan(told.clientId(), by, verdict.newer()) > 0) {
            // The session itself is kept until that node, or one with a newer claim, decides about it.
            failClaim(holding, told.clientId());
        } else {
            giveUp(told.clientId(), holding, verdict.newer());
        }
    }

    private void offered(PeerTells peer, Holding holding, Offered offered, String clientId) {
        if (holding.claim != null) {
            holding.claim.offers.add(offered);
        } else if (arrivals.awaits(clientId, holding.epoch)) {
            arrivals.late(clientId, holding.epoch, offered);
        } else {
            peer.tell(clientId);
        }
    }

    static boolean newer(long epoch, NodeId of, long than, NodeId ofOther) {
        return epoch == than ? of.value().compareTo(ofOther.value()) > 0 : epoch > than;
    }

    /** Gives the client up to another node; that node's claim waits until the client has been disconnected here. */
    private void giveUp(String clientId, Holding holding, long newer) {
        drop(clientId, holding);
        CompletableFuture<Void> left = leaving(clientId);
        sessions.giveUp(clientId, newer, () -> left(clientId, left));
    }

    private void drop(String clientId, Holding holding) {
        holdings.remove(clientId);
        failClaim(holding, clientId);
        arrivals.end(clientId);
        departures.end(clientId);
    }

    private void failClaim(Holding holding, String clientId) {
        failClaim(holding, new TakenElsewhereException(clientId));
    }

    private void failClaim(Holding holding, Exception why) {
        Claim claim = holding.claim;
        if (claim != null) {
            wills.withdraw(claim.clientId, holding.epoch);
            holding.claim = null;
            holding.epoch = claim.formerEpoch; // otherwise another node would end a session for a claim that is void
            claim.unanswered.clear();
            claim.done.completeExceptionally(why);
        }
    }

    private CompletableFuture<Void> leaving(String clientId) {
        CompletableFuture<Void> left = new CompletableFuture<>();
        leaving.put(clientId, left);
        return left;
    }

    private void left(String clientId, CompletableFuture<Void> left) {
        leaving.remove(clientId, left);
        left.complete(null);
    }

    /** Freezes the session for another node that has claimed the client and wants it. */
    private void keep(NodeId to, Held held, Holding holding, Consumer<Verdict> verdict) {
        String clientId = held.clientId();
        failClaim(holding, clientId);
        arrivals.cancel(clientId);
        departures.keep(clientId, to, held.epoch());
        long before = holding.epoch; // a greater one means that another CONNECT has come
        CompletableFuture<Void> frozen = leaving(clientId);
        sessions.freeze(clientId, held.epoch(), epoch -> {
            if (epoch > 0) {
                verdict.accept(Verdict.offered(epoch, departures.doubtful(clientId, to)));
                if (holdings.get(clientId) == holding && holding.epoch == before && before != epoch) {
                    holding.epoch = epoch; // others have heard of a claim that is void
                    telling.tellAll(clientId);
                }
            } else if (holdings.get(clientId) == holding && departures.keptFor(clientId, to)) {
                departures.end(clientId); // there was nothing to move
                if (holding.claim == null) { // another CONNECT may have come by now
                    holdings.remove(clientId);
                    arrivals.end(clientId);
                }
            }
            left(clientId, frozen);
        });
    }

    void release(String clientId) {
        Holding holding = holdings.get(clientId);
        if (holding != null && holding.claim == null) {
            holdings.remove(clientId);
            arrivals.end(clientId);
            departures.end(clientId);
        }
    }

    void restored(String clientId, long epoch, boolean mayBeElsewhere) {
        restored(clientId, epoch);
        if (mayBeElsewhere) {
            departures.doubt(clientId, self.id()); // it is not known any more which node that is
        }
    }

    private void restored(String clientId, long epoch) {
        epochs.seen(epoch);
        Holding holding = holdings.putIfAbsent(clientId, new Holding(epoch));
        if (holding == null) {
            telling.tellAll(clientId);
        } else if (holding.claim != null) {
            holding.claim.formerEpoch = Math.max(holding.claim.formerEpoch, epoch);
        } else if (holding.epoch < epoch) {
            holding.epoch = epoch;
            telling.tellAll(clientId);
        }
    }

    /**
     * Reverts to the session that was here because the offered one has not come. What is known about who else may have it, or has
     * to forget it, remains valid.
     */
    void stays(String clientId, long epoch) {
        Holding holding = holdings.get(clientId);
        if (holding != null && holding.claim == null && holding.epoch != epoch) {
            arrivals.cancel(clientId);
            holding.epoch = epoch;
            telling.tellAll(clientId);
        } else {
            restored(clientId, epoch);
        }
    }

    /** Handles the announcement of another node. The stage completes once this node serves none of these clients under an older claim. */
    CompletionStage<Told> told(NodeId from, Tell tell) {
        List<Verdict> verdicts = new ArrayList<>(Collections.nCopies(tell.held().size(), Verdict.YOURS));
        List<CompletableFuture<Void>> waits = new ArrayList<>();
        for (int i = 0; i < verdicts.size(); i++) {
            Held held = tell.held().get(i);
            int place = i;
            told(from, held, verdict -> verdicts.set(place, verdict));
            CompletableFuture<Void> wait = leaving.get(held.clientId());
            if (wait != null) {
                waits.add(wait);
            }
        }
        return CompletableFuture.allOf(waits.toArray(new CompletableFuture<?>[0]))
                .thenApply(all -> new Told(verdicts));
    }

    private void told(NodeId from, Held held, Consumer<Verdict> verdict) {
        epochs.seen(held.epoch());
        Holding holding = holdings.get(held.clientId());
        if (holding == null) {
            if (held.forgets() > 0 && !forgets.done(from, held)) {
                verdict.accept(Verdict.FORGETTING);
            }
            return;
        }
        if (newer(holding.epoch, self.id(), held.epoch(), from)) {
            boolean wanting =
                    wish(held.clientId(), holding) != Wish.END || arrivals.obsolete(held.clientId(), from) > 0;
            verdict.accept(Verdict.newer(holding.epoch, holding.claim != null, wanting));
            if (wanting && holding.claim == null) {
                // it may have been told while it followed another claim, which is void by now
                telling.tell(from, held.clientId());
            }
        } else if (departures.newerThan(held.clientId(), from, held.epoch()) > 0) {
            long thirdNodes = departures.newerThan(held.clientId(), from, held.epoch());
            verdict.accept(Verdict.newer(thirdNodes, false, true));
        } else if (held.forgets() > 0 && holding.sessionEpoch() <= held.forgets()) {
            drop(held.clientId(), holding);
            forgets.begin(from, held);
            verdict.accept(Verdict.FORGETTING);
        } else if (held.wish() == Wish.KEEP) {
            keep(from, held, holding, verdict);
        } else {
            giveUp(held.clientId(), holding, held.epoch());
        }
    }

    void here(Peer peer) {
        gone(peer);
        telling.here(peer, holdings.keySet());
    }

    void gone(Peer peer) {
        PeerTells gone = telling.gone(peer);
        if (gone != null) {
            waiting.forEach(claim -> claim.unanswered.remove(gone));
            forgets.gone(peer.id());
            grantWhatNeedNotWait();
            departures.gone(peer.id());
            moves.gone(peer.id());
        }
    }

    @Override
    public void late(NodeId node) {
        wills.late(node);
        grantWhatNeedNotWait();
    }

    private void grantWhatNeedNotWait() {
        for (Claim claim : waiting) {
            Holding holding = holdings.get(claim.clientId);
            if (holding != null && holding.claim == claim) {
                grantUnlessItWaits(holding, claim);
            }
        }
    }

    /** Fails overdue claims and repeats what was not answered. Called every few milliseconds. */
    void tick() {
        long nowMs = clockMs.getAsLong();
        while (!waiting.isEmpty() && done(waiting.element(), nowMs)) {
            waiting.remove();
        }
        forgets.tick();
        telling.tick();
    }

    private boolean done(Claim claim, long nowMs) {
        if (claim.deadlineMs <= nowMs) {
            for (PeerTells peer : List.copyOf(claim.unanswered)) {
                if (!peer.late()) {
                    log.warn(
                            "A node did not answer in time whether it has a client, node={}",
                            peer.peer().node().name());
                    telling.late(peer);
                }
            }
            Holding holding = holdings.get(claim.clientId);
            if (holding != null && holding.claim == claim && claim.unguarded) {
                wills.late(claim.clientId, holding.epoch);
            }
            if (holding != null && holding.claim == claim) {
                failClaim(holding, new IllegalStateException("a node that may have it by now does not answer"));
            }
        }
        return claim.done.isDone();
    }

    /** Fails all pending claims; further ones fail at once. */
    void close() {
        closed = true;
        waiting.forEach(claim -> claim.done.completeExceptionally(new IllegalStateException("the node stops")));
    }

    /** Returns the queue of announcements to other nodes. */
    Telling telling() {
        return telling;
    }

    /** Returns the number of clients that this node has or is claiming. */
    int size() {
        return holdings.size();
    }

    /** Returns the epoch under which this node has a client, or -1. */
    long epoch(String clientId) {
        Holding holding = holdings.get(clientId);
        return holding == null ? -1 : holding.epoch;
    }

    /** Returns the number of pending claims. */
    long claiming() {
        return waiting.stream().filter(claim -> !claim.done.isDone()).count();
    }
}
