package io.wkmq.cluster.sessions;

import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Tell;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Told;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Verdict;
import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the nodes that are here what this one has, again and again until they answer. Belongs to the claims' thread. One message to each
 * is under way at a time.
 */
final class Telling {
    private static final Logger log = LoggerFactory.getLogger(Telling.class);

    /** Enough for an answer, unless a node is out of reach or stands still. */
    private static final long SILENT_MS = 500;

    private final Peer self;
    private final TellLine line;
    private final Book book;
    private final ClaimLimits limits;
    private final LongSupplier clockMs;
    private final Map<NodeId, PeerTells> peers = new HashMap<>();
    private final LogLimit logLimit = new LogLimit();

    Telling(Peer self, TellLine line, Book book, ClaimLimits limits, LongSupplier clockMs) {
        this.self = self;
        this.line = line;
        this.book = book;
        this.limits = limits;
        this.clockMs = clockMs;
    }

    /** The way to other nodes. */
    interface TellLine {
        /** Asks another node; exactly one of the two is called, later and on the claims' thread. */
        void tell(NodeId node, Tell tell, Consumer<Told> answered, Runnable unanswered);

        /** Whether messages get to another node at present. */
        boolean reaches(NodeId node);
    }

    /** What there is to tell, and what becomes of it. */
    interface Book {
        /** What this node has of a client, and wants another one to do; null for nothing. */
        @Nullable
        Held held(String clientId, NodeId to);

        /** A node has answered. */
        void judged(PeerTells peer, Held told, Verdict verdict);

        /** A node is late: who waits for it may go on. */
        void late(NodeId node);
    }

    Collection<PeerTells> peers() {
        return peers.values();
    }

    void tell(NodeId node, String clientId) {
        PeerTells peer = peers.get(node);
        if (peer != null) {
            peer.tell(clientId);
        }
    }

    void tellAll(String clientId) {
        peers.values().forEach(peer -> peer.tell(clientId));
    }

    /** Sends what gathered. Called behind everything else that is to be done on the thread now. */
    void flush() {
        peers.values().forEach(this::flush);
    }

    /** Every few milliseconds: says again what was not answered; waits no longer for who is out of reach. */
    void tick() {
        long beforeMs = clockMs.getAsLong() - SILENT_MS;
        for (PeerTells peer : peers.values()) {
            if (!peer.late() && peer.owes(beforeMs) && !line.reaches(peer.peer().id())) {
                late(peer);
            }
        }
        peers.values().forEach(PeerTells::tellNow);
        flush();
    }

    private void flush(PeerTells peer) {
        List<Held> batch = peer.next(
                limits,
                clockMs.getAsLong(),
                clientId -> book.held(clientId, peer.peer().id()));
        if (batch != null) {
            line.tell(
                    peer.peer().id(),
                    new Tell(self.incarnation(), batch),
                    told -> answered(peer, batch, told),
                    () -> unanswered(peer, batch));
        }
    }

    private void answered(PeerTells peer, List<Held> batch, Told told) {
        if (told.verdicts().size() != batch.size()) {
            logLimit.log(
                    peer.peer().id(),
                    leftOut -> log.warn(
                            "A node answered for {} clients, expected {}, node={} left_out={}",
                            told.verdicts().size(),
                            batch.size(),
                            peer.peer().node().name(),
                            leftOut));
            unanswered(peer, batch);
            return;
        }
        peer.answered();
        for (int i = 0; i < batch.size(); i++) {
            book.judged(peer, batch.get(i), told.verdicts().get(i));
        }
        if (peers.get(peer.peer().id()) == peer) {
            flush(peer);
        }
    }

    private void unanswered(PeerTells peer, List<Held> batch) {
        peer.unanswered(batch);
        late(peer);
    }

    /** Nobody waits for that node until it answers again. */
    void late(PeerTells peer) {
        peer.late(clockMs.getAsLong() + limits.retryMs());
        book.late(peer.peer().id());
    }

    void here(Peer peer, Collection<String> clientIds) {
        peers.put(peer.id(), new PeerTells(peer, clientIds));
    }

    /** What was to be told to a node that is gone; null if it was not here. */
    @Nullable
    PeerTells gone(Peer peer) {
        return peers.remove(peer.id());
    }

    boolean here(NodeId node) {
        return peers.containsKey(node);
    }

    /** The nodes that are here, and this one. */
    List<NodeId> nodes() {
        List<NodeId> nodes = new ArrayList<>(peers.keySet());
        nodes.add(self.id());
        return nodes;
    }

    /** Whether a message is of the process that this node takes for present, or of one that it has not met yet. */
    boolean current(NodeId from, long incarnation) {
        PeerTells known = peers.get(from);
        return known == null || known.peer().incarnation() == incarnation;
    }
}
