package io.wkmq.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.ClusterStatus.Move;
import io.wkmq.cluster.hazelcast.Merge;
import io.wkmq.cluster.hazelcast.MergeListener;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers since when nodes are here or not, and the last {@value #MOVES_MAX} moves of this node between clusters. Forgets those
 * of {@value #GONE_MAX} nodes that went longest ago. Thread-safe.
 */
final class Chronicle implements MembershipListener, MergeListener {
    static final int MOVES_MAX = 16;
    static final int GONE_MAX = 1_000;

    private final InstantSource clock;
    private final Instant start;

    @GuardedBy("this")
    private final Map<NodeId, Instant> here = new HashMap<>();

    @GuardedBy("this")
    private final Map<NodeId, Instant> gone = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Deque<Move> moves = new ArrayDeque<>();

    @GuardedBy("this")
    private long heals;

    Chronicle(InstantSource clock) {
        this.clock = clock;
        start = clock.instant();
    }

    @Override
    public synchronized void here(Peer peer) {
        here.put(peer.id(), clock.instant());
        gone.remove(peer.id());
    }

    @Override
    public synchronized void gone(Peer peer) {
        here.remove(peer.id());
        gone.remove(peer.id());
        gone.put(peer.id(), clock.instant());
        if (gone.size() > GONE_MAX) {
            gone.remove(gone.keySet().iterator().next());
        }
    }

    @Override
    public void merging(List<Node> others) {
        // It is noted when it is over.
    }

    @Override
    public synchronized void merged(Merge merge) {
        if (!merge.ordered() && !merge.failed()) {
            heals++;
        }
        moves.addLast(new Move(clock.instant(), merge));
        if (moves.size() > MOVES_MAX) {
            moves.removeFirst();
        }
    }

    /** Whether it was told of all of them. */
    synchronized boolean knows(List<Peer> peers) {
        return here.keySet().containsAll(peers.stream().map(Peer::id).toList());
    }

    /** Since when a node is here; this one since its start. */
    synchronized Instant hereSince(NodeId node) {
        return here.getOrDefault(node, start);
    }

    /** When a node went, or null if it was not here since the start. */
    synchronized @Nullable Instant goneSince(NodeId node) {
        return gone.get(node);
    }

    synchronized List<Move> moves() {
        return List.copyOf(moves);
    }

    synchronized long heals() {
        return heals;
    }
}
