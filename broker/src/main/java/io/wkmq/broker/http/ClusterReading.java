package io.wkmq.broker.http;

import io.wkmq.broker.http.Figure.Kind;
import io.wkmq.broker.http.Figure.Point;
import io.wkmq.cluster.ClusterFigures;
import io.wkmq.cluster.retained.ReplicationStatistics;
import io.wkmq.cluster.routes.RouteTotal;
import io.wkmq.cluster.sessions.SessionFigures;
import io.wkmq.cluster.transport.LinkCounter;
import io.wkmq.cluster.transport.LinkStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The metrics of a node as a cluster member.
 *
 * @param now the figures
 */
record ClusterReading(ClusterFigures now) {
    private static final Set<LinkCounter> CONNECTIONS =
            EnumSet.of(LinkCounter.OPENED, LinkCounter.LOST, LinkCounter.REFUSED);

    private static final double MILLIS_PER_SECOND = 1e3;

    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        figures.add(NodeFigures.gauge("wkmq_cluster_peers", "Other nodes that are here", now.peers()));
        figures.add(
                NodeFigures.counter("wkmq_cluster_heals_total", "Splits of the cluster that have healed", now.heals()));
        figures.add(NodeFigures.counter(
                "wkmq_cluster_subscribes_overdue_total",
                "Times another node did not confirm a subscription in time",
                now.subacksOverdue()));
        links(figures);
        counts(figures);
        retained(figures);
        sessions(figures);
        return figures;
    }

    private void links(List<Figure> figures) {
        List<Point> up = new ArrayList<>();
        List<Point> queued = new ArrayList<>();
        List<Point> routes = new ArrayList<>();
        for (LinkStatus link : now.links()) {
            List<String> peer = List.of(link.peer().node().name().toString());
            up.add(new Point(peer, link.state() == LinkStatus.State.OPEN ? 1 : 0));
            queued.add(new Point(peer, link.queuedBytes()));
            RouteTotal total = now.routes().get(link.peer().id());
            routes.add(new Point(peer, total == null ? 0 : total.count()));
        }
        List<String> labels = List.of("peer");
        figures.add(new Figure(Kind.GAUGE, "wkmq_cluster_link_up", "1 while the link to a node is open", labels, up));
        figures.add(new Figure(
                Kind.GAUGE, "wkmq_cluster_link_queued_bytes", "Bytes that wait for another node", labels, queued));
        figures.add(new Figure(Kind.GAUGE, "wkmq_cluster_routes", "Routes that are known of a node", labels, routes));
    }

    private void counts(List<Figure> figures) {
        SortedMap<String, Long> messages = new TreeMap<>();
        SortedMap<String, Long> connections = new TreeMap<>();
        now.linkCounts().forEach((counter, count) -> {
            if (counter != LinkCounter.SENT_BYTES) {
                (CONNECTIONS.contains(counter) ? connections : messages)
                        .put(counter.name().toLowerCase(Locale.ROOT), count);
            }
        });
        figures.add(NodeFigures.counter(
                "wkmq_cluster_link_sent_bytes_total",
                "Bytes of messages to other nodes",
                now.linkCounts().getOrDefault(LinkCounter.SENT_BYTES, 0L)));
        figures.add(NodeFigures.counters(
                "wkmq_cluster_link_messages_total", "What became of messages between nodes", "event", messages));
        figures.add(NodeFigures.counters(
                "wkmq_cluster_link_connections_total",
                "What became of connections between nodes",
                "event",
                connections));
    }

    private void retained(List<Figure> figures) {
        ReplicationStatistics counts = now.retained();
        SortedMap<String, Long> events = new TreeMap<>();
        events.put("told", counts.told());
        events.put("untold", counts.untold());
        events.put("applied", counts.applied());
        events.put("stale", counts.stale());
        events.put("refused", counts.refused());
        events.put("pulls", counts.pulls());
        figures.add(NodeFigures.counters(
                "wkmq_cluster_retained_total", "Steps of the replication of retained messages", "event", events));
    }

    private void sessions(List<Figure> figures) {
        SessionFigures counts = now.sessions();
        SortedMap<String, Long> results = new TreeMap<>();
        results.put("moved", counts.moved());
        results.put("failed", counts.failed());
        results.put("refused", counts.refused());
        figures.add(NodeFigures.gauge(
                "wkmq_session_claims_waiting",
                "Clients that wait until other nodes have given them up",
                counts.claiming()));
        figures.add(NodeFigures.gauge(
                "wkmq_session_wills_guarded",
                "Wills of other nodes' clients that are published here if their node dies",
                counts.wills()));
        figures.add(NodeFigures.gauge(
                "wkmq_session_moves_running", "Sessions that are on their way to this node", counts.moving()));
        figures.add(
                NodeFigures.counters("wkmq_session_moves_total", "Sessions that other nodes had", "result", results));
        figures.add(new Figure(
                Kind.COUNTER,
                "wkmq_session_moves_seconds_total",
                "How long those took together that were moved",
                List.of(),
                List.of(new Point(List.of(), counts.movedMs() / MILLIS_PER_SECOND))));
    }
}
