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
 * The cluster at one moment, as one of its nodes sees it.
 *
 * @param cluster its name
 * @param self the node that sees it
 * @param running the nodes that are here, that one included; by name
 * @param stopped the nodes that are known and not here; by name
 * @param cuts pairs of nodes that are here and do not reach each other
 * @param heals splits that healed since this node's start
 * @param keptOut why this node is not in a cluster of others, or null
 * @param refusals connections between nodes that came to nothing lately
 * @param founding whether it may take itself for a cluster
 * @param discovery how others are looked for
 * @param moves how this node came from one cluster into another; the oldest first
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
    /** Takes immutable copies. */
    public ClusterStatus {
        running = List.copyOf(running);
        stopped = List.copyOf(stopped);
        cuts = List.copyOf(cuts);
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
     * @param routes which of its routes the node that sees it has; as of a moment ago
     */
    public record Running(
            Node node,
            @Nullable SeedAddress address,
            Instant since,
            @Nullable LinkStatus link,
            RouteTotal routes) {}

    /**
     * A node that is not here.
     *
     * @param id who it is
     * @param name what it is called; its identity if nobody knew
     * @param address where it took members, or null if that is not known any more
     * @param since when it went, or this node knew of it
     * @param why it is not here
     */
    public record Stopped(NodeId id, String name, @Nullable SeedAddress address, Instant since, Reason why) {
        /** Whether it is expected to come back by itself. */
        public boolean dead() {
            return why == Reason.DEAD;
        }
    }

    /**
     * A change from one cluster to another.
     *
     * @param at when it was over
     * @param merge what happened
     */
    public record Move(Instant at, Merge merge) {}

    /** Where a node takes members that is here and has that name, as host:port; empty if there is none, or nobody knows. */
    public Optional<String> address(String name) {
        return running.stream()
                .filter(one -> one.node().name().toString().equals(name) && one.address() != null)
                .map(one -> String.valueOf(one.address()))
                .findFirst();
    }

    /** Where a node takes members, or did when it was here, as host:port; empty if nobody knows. */
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

    /** The name of the node that takes members there, as host:port; empty if none is here that does. */
    public Optional<String> name(String address) {
        return running.stream()
                .filter(one -> String.valueOf(one.address()).equals(address))
                .map(one -> one.node().name().toString())
                .findFirst();
    }

    /** A node that is here, by its identity. */
    public Optional<Running> running(Node node) {
        return running.stream().filter(one -> one.node().id().equals(node.id())).findFirst();
    }
}
