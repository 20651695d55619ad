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
 * Metrics of this node's part of the cluster. Counts are since its start.
 *
 * @param peers the number of other nodes present
 * @param heals how often the cluster was split and became one again
 * @param links the link to each of the other nodes
 * @param linkCounts the counters of all links
 * @param routes a summary of the routes this node has of each other node
 * @param subacksOverdue how often another node did not learn of a subscription in time, so that the SUBACK was sent earlier
 * @param retained the metrics of the replication of retained messages
 * @param sessions the metrics of claims and moves of sessions
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
    /** Makes immutable copies. */
    public ClusterFigures {
        links = List.copyOf(links);
        linkCounts = Map.copyOf(linkCounts);
        routes = Map.copyOf(routes);
    }
}
