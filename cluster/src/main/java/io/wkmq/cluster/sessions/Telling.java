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
 * Tells the present nodes which sessions this one has, repeatedly until they answer. Belongs to the claims' thread. At most one
 * message per node is in flight.
 */
final class Telling {
    private static final Logger log = LoggerFactory.getLogger(Telling.class);

    /** Long enough for an answer, unless a node is unreachable or hung. */
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

    /** Sends announcements to other nodes. */
    interface TellLine {
        /** Tells another node. Exactly one of the two callbacks is called, later and on the claims' thread. */
        void tell(NodeId node, Tell tell, Consumer<Told> answered, Runnable unanswered);

        /** Returns whether messages currently reach another node. */
        boolean reaches(NodeId node);
    }

    /** The source of what is told, and the receiver of the answers. */
    interface Book {
        /** Returns what this node has of a client and wants another node to do; null for nothing. */
        @Nullable
        Held held(String clientId, NodeId to);

        /** Called with a node's verdict about a client. */
        void judged(PeerTells peer, Held told, Verdict verdict);

        /** Called when a node is late: whatever waits for it may go on. */
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

    /** Sends pending announcements. Called after all other tasks that are due on the thread. */
    void flush() {
        peers.values().forEach(this::flush);
    }

    /** Repeats what was not answered, and stops waiting for unreachable nodes. Called every few milliseconds. */
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

    /** Stops waiting for a node until it answers again. */
    void late(PeerTells peer) {
        peer.late(clockMs.getAsLong() + limits.retryMs());
        book.late(peer.peer().id());
    }

    void here(Peer peer, Collection<String> clientIds) {
        peers.put(peer.id(), new PeerTells(peer, clientIds));
    }

    /** Removes a node that is gone and returns its pending announcements; null if it was not present. */
    @Nullable
    PeerTells gone(Peer peer) {
        return peers.remove(peer.id());
    }

    boolean here(NodeId node) {
        return peers.containsKey(node);
    }

    /** Returns the present nodes, including this one. */
    List<NodeId> nodes() {
        List<NodeId> nodes = new ArrayList<>(peers.keySet());
        nodes.add(self.id());
        return nodes;
    }

    /** Returns whether a message is from the process that this node knows, or from a node that it has not met yet. */
    boolean current(NodeId from, long incarnation) {
        PeerTells known = peers.get(from);
        return known == null || known.peer().incarnation() == incarnation;
    }
}
