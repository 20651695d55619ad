package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Part;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Pull;
import io.wkmq.routing.NodeId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that this node keeps for other nodes. Belongs to the claims' thread. If the new node does not ask for a session in
 * time, or is gone, the session is this node's again; nothing is lost.
 */
final class Departures {
    private static final Logger log = LoggerFactory.getLogger(Departures.class);

    private final LocalSessions sessions;
    private final MoveLimits limits;
    private final LongSupplier clockMs;
    private final LongSupplier wallClockMs;
    private final Map<String, Kept> all = new HashMap<>();
    // nodes that may have a full copy of a session which is no longer kept for any node
    private final Map<String, NodeId> doubts = new HashMap<>();
    private Consumer<String> whenThawed = clientId -> {};

    /** Creates it without any session. Callbacks of {@code sessions} must run on the claims' thread. */
    Departures(LocalSessions sessions, MoveLimits limits, LongSupplier clockMs, LongSupplier wallClockMs) {
        this.sessions = sessions;
        this.limits = limits;
        this.clockMs = clockMs;
        this.wallClockMs = wallClockMs;
    }

    /** Sets the callback told about sessions that are this node's again because their new node is gone or did not ask for them. */
    void whenThawed(Consumer<String> learns) {
        whenThawed = learns;
    }

    private static final class Kept {
        private final NodeId to;
        private final long claim;
        private final Departure departure;
        // another node to which all of it was sent before, and that may have it therefore
        private @Nullable NodeId earlier;
        private long untilMs;

        Kept(NodeId to, long claim, Departure departure) {
            this.to = to;
            this.claim = claim;
            this.departure = departure;
        }

        @Nullable
        NodeId mayHaveIt() {
            return departure.sent() ? to : earlier;
        }
    }

    /** Keeps the client's session for that node and claim, and for no other. */
    void keep(String clientId, NodeId to, long claim) {
        Kept kept = all.get(clientId);
        if (kept == null || !kept.to.equals(to) || kept.claim != claim) {
            NodeId mayHaveIt = kept == null ? doubts.get(clientId) : kept.mayHaveIt();
            end(clientId);
            kept = new Kept(to, claim, new Departure(clientId, claim, sessions, wallClockMs, limits.partBytes()));
            kept.earlier = mayHaveIt;
            all.put(clientId, kept);
        }
        kept.untilMs = clockMs.getAsLong() + limits.frozenMs();
    }

    /** Records that another node may have all of the client's session: that one, or an unknown one if it is this node. */
    void doubt(String clientId, NodeId whoMayHaveIt) {
        Kept kept = all.get(clientId);
        if (kept == null) {
            doubts.putIfAbsent(clientId, whoMayHaveIt);
        } else if (kept.earlier == null) {
            kept.earlier = whoMayHaveIt;
        }
    }

    /** Returns whether the client's session is kept for another node. */
    boolean keeps(String clientId) {
        return all.containsKey(clientId);
    }

    /** Returns whether the client's session is kept for that node. */
    boolean keptFor(String clientId, NodeId node) {
        Kept kept = all.get(clientId);
        return kept != null && kept.to.equals(node);
    }

    /**
     * Returns whether another node may have all of the client's session, so that the copy here must not be used before all nodes
     * were asked.
     */
    boolean doubtful(String clientId) {
        Kept kept = all.get(clientId);
        return kept == null ? doubts.containsKey(clientId) : kept.mayHaveIt() != null;
    }

    /** Returns whether a third node may have all of it. What {@code to} has, it knows itself. */
    boolean doubtful(String clientId, NodeId to) {
        Kept kept = all.get(clientId);
        return kept != null && kept.mayHaveIt() != null && !to.equals(kept.mayHaveIt());
    }

    /** Returns the claim that the client's session is kept for if that is newer than another node's claim; otherwise 0. */
    long newerThan(String clientId, NodeId of, long claim) {
        Kept kept = all.get(clientId);
        if (kept == null || kept.to.equals(of)) {
            return 0;
        }
        return ClaimBook.newer(kept.claim, kept.to, claim, of) ? kept.claim : 0;
    }

    /** Keeps it for no node any more, because a newer session is about to replace it; until then it stays as it is. */
    void replace(String clientId) {
        Kept kept = all.remove(clientId);
        if (kept != null) {
            kept.departure.close();
            NodeId mayHaveIt = kept.mayHaveIt();
            if (mayHaveIt != null) {
                doubts.put(clientId, mayHaveIt);
            }
        }
    }

    /** Keeps it for no node any more, because it has ended. */
    void end(String clientId) {
        doubts.remove(clientId);
        Kept kept = all.remove(clientId);
        if (kept != null) {
            kept.departure.close();
        }
    }

    /** Makes it this node's again. */
    void thaw(String clientId) {
        doubts.remove(clientId);
        Kept kept = all.remove(clientId);
        if (kept != null) {
            kept.departure.close();
            sessions.thaw(clientId, kept.claim);
        }
    }

    CompletionStage<Part> pull(NodeId from, Pull pull) {
        Kept kept = all.get(pull.clientId());
        if (kept == null || !kept.to.equals(from) || kept.claim != pull.claim()) {
            return CompletableFuture.completedFuture(Part.NONE);
        }
        kept.untilMs = clockMs.getAsLong() + limits.frozenMs();
        return kept.departure.pull(pull.number());
    }

    void gone(NodeId node) {
        doubts.values().removeIf(node::equals);
        for (Kept kept : all.values()) {
            if (node.equals(kept.earlier)) {
                kept.earlier = null;
            }
        }
        thawIf(kept -> kept.to.equals(node) && kept.earlier == null, "their new node is gone");
    }

    void tick() {
        long nowMs = clockMs.getAsLong();
        thawIf(kept -> kept.untilMs <= nowMs, "their new node does not ask for them");
    }

    private void thawIf(Predicate<Kept> wanted, String reason) {
        int thawed = 0;
        for (Iterator<Map.Entry<String, Kept>> each = all.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Kept> entry = each.next();
            if (wanted.test(entry.getValue())) {
                each.remove();
                entry.getValue().departure.close();
                sessions.thaw(entry.getKey(), entry.getValue().claim);
                whenThawed.accept(entry.getKey());
                thawed++;
            }
        }
        if (thawed > 0) {
            log.info("Sessions stay here that were to move: {} count={}", reason, thawed);
        }
    }

    /** Returns how many sessions are kept for other nodes. */
    int size() {
        return all.size();
    }
}
