package io.wkmq.cluster;

import io.wkmq.cluster.ClusterStatus.Running;
import io.wkmq.cluster.ClusterStatus.Stopped;
import io.wkmq.cluster.discovery.Discovery;
import io.wkmq.cluster.discovery.DiscoveryReport;
import io.wkmq.cluster.discovery.KnownPeer;
import io.wkmq.cluster.hazelcast.HazelcastMembership;
import io.wkmq.cluster.membership.MembershipStatus;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.routes.RouteReplication;
import io.wkmq.cluster.routes.RouteTotal;
import io.wkmq.cluster.transport.NodeLinks;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the cluster status from the parts of a node.
 *
 * @param cluster the cluster's name
 * @param membership the present and absent nodes
 * @param links the links to them
 * @param discovery the nodes that were met
 * @param moves this node's moves between clusters
 * @param routes the routes of all nodes
 */
record StatusReader(
        String cluster,
        HazelcastMembership membership,
        NodeLinks links,
        Discovery discovery,
        Moves moves,
        RouteReplication routes) {
    private static final RouteTotal NO_ROUTES = new RouteTotal(0, 0);

    ClusterStatus read() {
        DiscoveryReport report = discovery.report();
        MembershipStatus status = membership.status();
        return new ClusterStatus(
                cluster,
                status.self(),
                running(status),
                stopped(status, report),
                status.cuts(),
                status.heals(),
                status.keptOut(),
                membership.refusals(),
                discovery.founding(),
                report,
                moves.list());
    }

    private List<Running> running(MembershipStatus status) {
        Map<NodeId, RouteTotal> totals = new HashMap<>(routes.totals());
        totals.put(status.self().id(), routes.ownTotal());
        return status.running().stream()
                .map(one -> new Running(
                        one.peer().node(),
                        one.members(),
                        one.since(),
                        links.status(one.peer().id()),
                        totals.getOrDefault(one.peer().id(), NO_ROUTES)))
                .sorted(Comparator.comparing(one -> one.node().name().toString()))
                .toList();
    }

    private static List<Stopped> stopped(MembershipStatus status, DiscoveryReport report) {
        Map<NodeId, SeedAddress> addresses = new HashMap<>();
        for (KnownPeer known : report.peers()) {
            addresses.put(known.node().id(), known.address());
        }
        return status.stopped().stream()
                .map(one -> new Stopped(
                        one.id(), name(one.id(), one.name()), addresses.get(one.id()), one.since(), one.why()))
                .sorted(Comparator.comparing(Stopped::name))
                .toList();
    }

    private static String name(NodeId id, @Nullable NodeName name) {
        return name == null ? id.toString() : name.toString();
    }
}
