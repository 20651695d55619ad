package io.wkmq.cluster;

import io.wkmq.cluster.retained.ReplicationStatistics;
import io.wkmq.cluster.routes.RouteTotal;
import io.wkmq.cluster.sessions.SessionFigures;
import io.wkmq.cluster.transport.LinkCounter;
import io.wkmq.cluster.transport.LinkStatus;
import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.Map;

/**
 * What there is to measure of a node's part of the cluster. Counts are from its start.
 *
 * @param peers how many other nodes are here
 * @param heals how often the cluster was split and became one again
 * @param links the link to each of them
 * @param linkCounts what all links have counted
 * @param routes which routes this node has of each of the others
 * @param subacksOverdue how often another node did not learn of a subscription in time, so that its SUBACK was sent before
 * @param retained what became of retained messages
 * @param sessions who waits for other nodes, and which sessions came from them
 */
public record ClusterFigures(
        int peers,
        long heals,
        List<LinkStatus> links,
        Map<LinkCounter, Long> linkCounts,
        Map<NodeId, RouteTotal> routes,
        long subacksOverdue,
        ReplicationStatistics retained,
        SessionFigures sessions) {
    /** Takes immutable copies. */
    public ClusterFigures {
        links = List.copyOf(links);
        linkCounts = Map.copyOf(linkCounts);
        routes = Map.copyOf(routes);
    }
}
