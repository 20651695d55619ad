package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.MembershipStatus.Cut;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who reaches whom of those that are here. Two nodes that do not reach each other both stay in the cluster as long as its leader
 * reaches them, and membership shows nothing of it. Each node asks each other one all the time, and tells all whom it does not
 * reach. Thread-safe.
 */
final class Reach {
    private static final Logger LOG = LoggerFactory.getLogger(Reach.class);

    private final Node self;
    private final long limitNanos;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final LogLimit beginLimit = new LogLimit();
    private final LogLimit endLimit = new LogLimit();

    /** When those who are here answered last, or came. */
    @GuardedBy("this")
    private final Map<NodeId, Long> answered = new HashMap<>();

    /** Who of them has answered lately. */
    @GuardedBy("this")
    private final Set<NodeId> fresh = new HashSet<>();

    /** What those who are here say. */
    @GuardedBy("this")
    private final Map<NodeId, View> views = new HashMap<>();

    @GuardedBy("this")
    private final Map<Pair, Cut> cuts = new HashMap<>();

    @GuardedBy("this")
    private long looked;

    /**
     * Knows of nobody.
     *
     * @param limit how long a node may stay silent; more than it takes until one that died counts as gone
     */
    Reach(Node self, Duration limit, InstantSource clock, LongSupplier nanoTime) {
        this.self = self;
        this.limitNanos = limit.toNanos();
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.looked = nanoTime.getAsLong();
    }

    synchronized void here(NodeId peer) {
        answered.put(peer, nanoTime.getAsLong());
    }

    synchronized void gone(NodeId peer) {
        answered.remove(peer);
        fresh.remove(peer);
        views.remove(peer);
    }

    /** A peer answered this node. */
    synchronized void answered(NodeId peer) {
        if (answered.computeIfPresent(peer, (id, before) -> nanoTime.getAsLong()) != null) {
            fresh.add(peer);
        }
    }

    /** A peer says whom it does not reach. */
    synchronized void told(NodeId peer, Set<NodeId> unreached) {
        if (answered.containsKey(peer)) {
            views.put(peer, new View(Set.copyOf(unreached), nanoTime.getAsLong()));
        }
    }

    /** Whom this node does not reach. */
    synchronized Set<NodeId> unreached() {
        long now = nanoTime.getAsLong();
        return answered.entrySet().stream()
                .filter(entry -> now - entry.getValue() >= limitNanos)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Who of those that are here has answered since this was asked last. */
    synchronized Set<NodeId> takeAnswered() {
        Set<NodeId> taken = Set.copyOf(fresh);
        fresh.clear();
        return taken;
    }

    synchronized List<Cut> cuts() {
        return List.copyOf(cuts.values());
    }

    /** Compares who reaches whom with last time, and logs what is different. To be called several times within the limit. */
    synchronized void look(List<Peer> peers) {
        long nanos = nanoTime.getAsLong();
        if (nanos - looked > limitNanos / 2) {
            // It is this node that stood still, and could not hear the others.
            answered.replaceAll((id, before) -> nanos);
            views.clear();
        }
        looked = nanos;
        Map<NodeId, Node> here = new HashMap<>();
        here.put(self.id(), self);
        peers.forEach(peer -> here.put(peer.id(), peer.node()));
        Set<Pair> now = new HashSet<>();
        unreached().forEach(id -> addIfHere(now, here, self.id(), id));
        views.forEach((id, view) -> {
            if (nanos - view.at < limitNanos) {
                view.unreached.forEach(other -> addIfHere(now, here, id, other));
            }
        });
        for (Pair pair : List.copyOf(cuts.keySet())) {
            if (!now.contains(pair)) {
                Cut over = cuts.remove(pair);
                endLimit.log(pair, leftOut -> LOG.info("Resolved: {}, left_out={}", over, leftOut));
            }
        }
        List<Pair> fresh = new ArrayList<>(now);
        fresh.removeAll(cuts.keySet());
        for (Pair pair : fresh) {
            Cut cut = new Cut(node(here, pair.one), node(here, pair.other), clock.instant());
            cuts.put(pair, cut);
            beginLimit.log(
                    pair,
                    leftOut -> LOG.warn(
                            "Though both are in the cluster, {}; what their clients send each other does not arrive, left_out={}",
                            cut,
                            leftOut));
        }
    }

    private static void addIfHere(Set<Pair> pairs, Map<NodeId, Node> here, NodeId one, NodeId other) {
        if (!one.equals(other) && here.containsKey(one) && here.containsKey(other)) {
            pairs.add(Pair.of(one, other));
        }
    }

    private static Node node(Map<NodeId, Node> here, NodeId id) {
        @Nullable Node node = here.get(id);
        if (node == null) {
            throw new IllegalStateException("Node " + id + " is not here");
        }
        return node;
    }

    private record View(Set<NodeId> unreached, long at) {}

    /** Two nodes in the same order on all nodes. */
    private record Pair(NodeId one, NodeId other) {
        private static final Comparator<NodeId> ORDER = Comparator.comparing(NodeId::value);

        static Pair of(NodeId one, NodeId other) {
            return ORDER.compare(one, other) < 0 ? new Pair(one, other) : new Pair(other, one);
        }
    }
}
