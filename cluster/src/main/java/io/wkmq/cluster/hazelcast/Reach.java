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
 * Which of the present nodes reach each other. Two nodes that do not reach each other both stay in the cluster as long as its leader
 * reaches them, and the membership shows no sign of it. So each node keeps querying every other one, and tells all which nodes it does not
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

    /** When each present peer last answered, or arrived. */
    @GuardedBy("this")
    private final Map<NodeId, Long> answered = new HashMap<>();

    /** The peers that have answered since the last {@link #takeAnswered}. */
    @GuardedBy("this")
    private final Set<NodeId> fresh = new HashSet<>();

    /** What each present peer reports. */
    @GuardedBy("this")
    private final Map<NodeId, View> views = new HashMap<>();

    @GuardedBy("this")
    private final Map<Pair, Cut> cuts = new HashMap<>();

    @GuardedBy("this")
    private long looked;

    /**
     * Creates an empty instance.
     *
     * @param limit the silence after which a node counts as unreachable; longer than it takes until a dead node is declared gone
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

    /** Records that a peer answered this node. */
    synchronized void answered(NodeId peer) {
        if (answered.computeIfPresent(peer, (id, before) -> nanoTime.getAsLong()) != null) {
            fresh.add(peer);
        }
    }

    /** Records which nodes a peer does not reach. */
    synchronized void told(NodeId peer, Set<NodeId> unreached) {
        if (answered.containsKey(peer)) {
            views.put(peer, new View(Set.copyOf(unreached), nanoTime.getAsLong()));
        }
    }

    /** Returns the nodes that this node does not reach. */
    synchronized Set<NodeId> unreached() {
        long now = nanoTime.getAsLong();
        return answered.entrySet().stream()
                .filter(entry -> now - entry.getValue() >= limitNanos)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the present peers that have answered since the previous call. */
    synchronized Set<NodeId> takeAnswered() {
        Set<NodeId> taken = Set.copyOf(fresh);
        fresh.clear();
        return taken;
    }

    synchronized List<Cut> cuts() {
        return List.copyOf(cuts.values());
    }

    /** Updates the cuts between present nodes and logs what has changed. Called several times within the limit. */
    synchronized void look(List<Peer> peers) {
        long nanos = nanoTime.getAsLong();
        if (nanos - looked > limitNanos / 2) {
            // This node itself stalled, and could not hear the others.
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

    /** Two nodes, in the same order on all nodes. */
    private record Pair(NodeId one, NodeId other) {
        private static final Comparator<NodeId> ORDER = Comparator.comparing(NodeId::value);

        static Pair of(NodeId one, NodeId other) {
            return ORDER.compare(one, other) < 0 ? new Pair(one, other) : new Pair(other, one);
        }
    }
}
