package io.wkmq.cluster;

import io.wkmq.cluster.discovery.DiscoveryReport;
import io.wkmq.cluster.discovery.Founding;
import io.wkmq.cluster.hazelcast.Merge;
import io.wkmq.cluster.hazelcast.RefusedConnection;
import io.wkmq.cluster.membership.MembershipStatus.Cut;
import io.wkmq.cluster.membership.MembershipStatus.Heals;
import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.routes.RouteTotal;
import io.wkmq.cluster.transport.LinkStatus;
import io.wkmq.routing.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of the cluster, as one of its nodes sees it.
 *
 * @param cluster the cluster's name
 * @param self the observing node
 * @param running the nodes that are present, including the observing one, ordered by name
 * @param stopped the nodes that are known and absent, ordered by name
 * @param cuts pairs of present nodes that do not reach each other
 * @param heals splits that have healed since this node's start
 * @param keptOut why this node is not in a cluster of others, or null
 * @param refusals recent connections between nodes that were refused
 * @param founding whether this node may consider itself a cluster
 * @param discovery the state of discovery
 * @param moves this node's moves between clusters, oldest first
 */
public record ClusterStatus(
        String cluster,
        Node self,
        List<Running> running,
        List<Stopped> stopped,
        List<Cut> cuts,
        Heals heals,
        @Nullable KeptOut keptOut,
        List<RefusedConnection> refusals,
        Founding founding,
        DiscoveryReport discovery,
        List<Move> moves) {
    /** Makes immutable copies. */
    public ClusterStatus {
        running = List.copyOf(running);
        stopped = List.copyOf(stopped);
        cuts = List.copyOf(cuts);
        refusals = List.copyOf(refusals);
        moves = List.copyOf(moves);
    }

    /**
     * A node that is present.
     *
     * @param node its identity
     * @param address its membership address; null if not known yet
     * @param since when it was first seen
     * @param link the link to it; null for the observing node itself
     * @param routes a recent summary of its routes known to the observing node
     */
    public record Running(
            Node node,
            @Nullable SeedAddress address,
            Instant since,
            @Nullable LinkStatus link,
            RouteTotal routes) {}

    /**
     * A node that is absent.
     *
     * @param id its identity
     * @param name its name; its id if unknown
     * @param address its last membership address, or null if unknown
     * @param since when it went, or when this node learned of it
     * @param why why it is absent
     */
    public record Stopped(NodeId id, String name, @Nullable SeedAddress address, Instant since, Reason why) {
        /** Returns whether it is expected to come back by itself. */
        public boolean dead() {
            return why == Reason.DEAD;
        }
    }

    /**
     * A move from one cluster to another.
     *
     * @param at when it was over
     * @param merge what happened
     */
    public record Move(Instant at, Merge merge) {}

    /** Returns the membership address, as host:port, of the present node with that name; empty if there is none, or it is unknown. */
    public Optional<String> address(String name) {
        return running.stream()
                .filter(one -> one.node().name().toString().equals(name) && one.address() != null)
                .map(one -> String.valueOf(one.address()))
                .findFirst();
    }

    /** Returns the present or last membership address of a node, as host:port; empty if unknown. */
    public Optional<String> address(NodeId node) {
        for (Running one : running) {
            if (one.node().id().equals(node)) {
                return Optional.ofNullable(one.address()).map(SeedAddress::toString);
            }
        }
        for (Stopped one : stopped) {
            if (one.id().equals(node)) {
                return Optional.ofNullable(one.address()).map(SeedAddress::toString);
            }
        }
        return Optional.empty();
    }

    /** Returns the name of the present node with that membership address, given as host:port; empty if there is none. */
    public Optional<String> name(String address) {
        return running.stream()
                .filter(one -> String.valueOf(one.address()).equals(address))
                .map(one -> one.node().name().toString())
                .findFirst();
    }

    /** Returns the present node with that identity. */
    public Optional<Running> running(Node node) {
        return running.stream().filter(one -> one.node().id().equals(node.id())).findFirst();
    }
}
