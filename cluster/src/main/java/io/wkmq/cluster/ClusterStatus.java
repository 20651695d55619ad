package io.wkmq.cluster;

import io.wkmq.cluster.discovery.DiscoveryReport;
import io.wkmq.cluster.discovery.Founding;
import io.wkmq.cluster.hazelcast.Merge;
import io.wkmq.cluster.hazelcast.RefusedConnection;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.transport.LinkStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster at one moment, as one of its nodes sees it.
 *
 * @param cluster its name
 * @param self the node that sees it
 * @param running the nodes that are here, that one included; by name
 * @param stopped the nodes that were met and are not here; by name
 * @param refusals connections between nodes that came to nothing lately
 * @param founding whether it may take itself for a cluster
 * @param discovery how others are looked for
 * @param moves how this node came from one cluster into another; the oldest first
 * @param heals how often that was a part of a split cluster, or a second cluster, that it found by itself; since its start
 */
public record ClusterStatus(
        String cluster,
        Node self,
        List<Running> running,
        List<Stopped> stopped,
        List<RefusedConnection> refusals,
        Founding founding,
        DiscoveryReport discovery,
        List<Move> moves,
        long heals) {
    /** Takes immutable copies. */
    public ClusterStatus {
        running = List.copyOf(running);
        stopped = List.copyOf(stopped);
        refusals = List.copyOf(refusals);
        moves = List.copyOf(moves);
    }

    /**
     * A node that is here.
     *
     * @param node who it is
     * @param address where it takes members; null if that is not known yet
     * @param since when it was first seen here
     * @param link the link to it; null for the node itself
     */
    public record Running(
            Node node,
            @Nullable SeedAddress address,
            Instant since,
            @Nullable LinkStatus link) {}

    /**
     * A node that is not here.
     *
     * @param node who it is
     * @param address where it took members
     * @param since when it went; null if it was not here since this node was started
     */
    public record Stopped(
            Node node, SeedAddress address, @Nullable Instant since) {}

    /**
     * A change from one cluster to another.
     *
     * @param at when it was over
     * @param merge what happened
     */
    public record Move(Instant at, Merge merge) {}

    /** A node that is here, by its identity. */
    public Optional<Running> running(Node node) {
        return running.stream().filter(one -> one.node().id().equals(node.id())).findFirst();
    }
}
