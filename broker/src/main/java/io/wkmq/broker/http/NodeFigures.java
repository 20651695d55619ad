package io.wkmq.broker.http;

import io.wkmq.broker.alarm.AlarmKind;
import io.wkmq.broker.alarm.Alarms;
import io.wkmq.broker.auth.AccessControl;
import io.wkmq.broker.auth.AccessCounts;
import io.wkmq.broker.connection.Connections;
import io.wkmq.broker.connection.TrafficCounter;
import io.wkmq.broker.http.Figure.Kind;
import io.wkmq.broker.http.Figure.Point;
import io.wkmq.broker.listener.Listener;
import io.wkmq.broker.listener.ListenerKey;
import io.wkmq.broker.listener.Listeners;
import io.wkmq.broker.overload.OverloadGuard;
import io.wkmq.broker.stats.NodeStatistics;
import io.wkmq.session.DropReason;
import io.wkmq.session.SessionStats;
import io.wkmq.session.Sessions;
import io.wkmq.session.mvstore.MvStorage;
import io.wkmq.session.mvstore.StorageStatistics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the metrics of a node. Thread-safe; reading them pauses nothing. */
final class NodeFigures {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Packets that exist only from server to client. */
    private static final Set<TrafficCounter> TO_CLIENT =
            Set.of(TrafficCounter.CONNACK, TrafficCounter.SUBACK, TrafficCounter.UNSUBACK, TrafficCounter.PINGRESP);

    private final MetricsSources sources;

    NodeFigures(MetricsSources sources) {
        this.sources = sources;
    }

    NodeReading read() {
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure(
                Kind.GAUGE,
                "wkmq_info",
                "The node and its version",
                List.of("node", "version"),
                List.of(new Point(List.of(sources.node(), sources.version()), 1))));
        sessions(figures, sources.sessions());
        statistics(figures, sources.statistics());
        traffic(figures, sources.connections());
        refusals(figures, sources.connections());
        access(figures, sources.access());
        overload(figures, sources.overload());
        listeners(figures, sources.listeners());
        storage(figures, sources.storage());
        ChannelReading channels = new ChannelReading(
                sources.channels().figures(), sources.channels().cursorLags());
        figures.addAll(channels.figures());
        figures.addAll(new RaftReading(sources.channels().groupsNow()).figures());
        alarms(figures, sources.alarms());
        sources.cluster()
                .administration()
                .ifPresent(node -> figures.addAll(new ClusterReading(node.figures()).figures()));
        return new NodeReading(figures, channels.distributions());
    }

    private static void sessions(List<Figure> figures, Sessions sessions) {
        SessionStats now = sessions.stats();
        figures.add(gauge("wkmq_sessions", "Sessions, connected or not", now.sessions()));
        figures.add(gauge("wkmq_sessions_connected", "Sessions whose client is connected", now.connected()));
        figures.add(gauge("wkmq_subscriptions", "Subscriptions, shared ones included", now.subscriptions()));
        figures.add(gauge("wkmq_subscriptions_shared", "Shared subscriptions", now.sharedSubscriptions()));
        figures.add(gauge("wkmq_queued_messages", "Messages that wait in sessions", now.queuedMessages()));
        figures.add(gauge("wkmq_queued_bytes", "Bytes that wait in sessions", now.queuedBytes()));
        figures.add(gauge("wkmq_inflight_messages", "Deliveries that are not acknowledged yet", now.inflight()));
        figures.add(gauge("wkmq_channel_replays", "Channels that are replayed to clients", now.replays()));
        figures.add(byQos("wkmq_messages_received_total", "PUBLISH packets accepted from clients", now.received()));
        figures.add(byQos("wkmq_messages_sent_total", "PUBLISH packets sent to clients", now.sent()));
        figures.add(counter(
                "wkmq_retained_messages_received_total",
                "Accepted PUBLISH packets with RETAIN",
                now.retainedReceived()));
        figures.add(counter(
                "wkmq_retained_messages_sent_total", "Retained messages sent to subscriptions", now.retainedSent()));
        figures.add(counter("wkmq_messages_unrouted_total", "Accepted messages that nobody wanted", now.unrouted()));
        figures.add(counter("wkmq_messages_refused_total", "PUBLISH packets answered with an error", now.refused()));
        SortedMap<String, Long> dropped = new TreeMap<>();
        for (DropReason reason : DropReason.values()) {
            dropped.put(label(reason), now.dropped().getOrDefault(reason, 0L));
        }
        figures.add(
                counters("wkmq_messages_dropped_total", "Messages that did not reach a subscriber", "reason", dropped));
    }

    private static void statistics(List<Figure> figures, NodeStatistics statistics) {
        figures.add(gauge("wkmq_routes", "Topic filters that have a route", statistics.routes()));
        figures.add(gauge("wkmq_retained_messages", "Retained messages", statistics.retained()));
    }

    private static void traffic(List<Figure> figures, Connections connections) {
        figures.add(gauge("wkmq_connections", "Open MQTT connections", connections.size()));
        figures.add(
                gauge("wkmq_held_input_bytes", "Bytes that wait for clients to be read on", connections.heldBytes()));
        SortedMap<String, Long> received = new TreeMap<>();
        SortedMap<String, Long> sent = new TreeMap<>();
        connections.traffic().forEach((counter, count) -> {
            switch (counter) {
                case BYTES_RECEIVED ->
                    figures.add(counter("wkmq_received_bytes_total", "MQTT bytes from clients", count));
                case BYTES_SENT -> figures.add(counter("wkmq_sent_bytes_total", "MQTT bytes to clients", count));
                case PACKETS_RECEIVED, PACKETS_SENT -> {
                    // the sums of the others
                }
                default -> {
                    String[] label = counter.label().split("/", -1);
                    boolean toClient = label.length > 2 ? label[2].equals("sent") : TO_CLIENT.contains(counter);
                    (toClient ? sent : received).put(label[1], count);
                }
            }
        });
        figures.add(counters("wkmq_packets_received_total", "MQTT packets from clients", "type", received));
        figures.add(counters("wkmq_packets_sent_total", "MQTT packets to clients", "type", sent));
    }

    private static void refusals(List<Figure> figures, Connections connections) {
        figures.add(counters(
                "wkmq_connects_refused_total",
                "CONNECT packets answered with an error",
                "reason",
                labelled(connections.counters().connectsRefused())));
        figures.add(counters(
                "wkmq_publishes_refused_total",
                "PUBLISH packets that were not taken",
                "reason",
                labelled(connections.counters().publishesRefused())));
        figures.add(counters(
                "wkmq_disconnects_total",
                "Connections of accepted clients that ended",
                "reason",
                labelled(connections.counters().disconnects())));
    }

    private static void access(List<Figure> figures, AccessControl access) {
        AccessCounts now = access.counts();
        SortedMap<String, Long> decided = new TreeMap<>();
        decided.put("accepted", now.accepted());
        decided.put("anonymous", now.anonymous());
        decided.put("refused", now.refused());
        figures.add(counters("wkmq_authentications_total", "CONNECT packets judged", "result", decided));
        SortedMap<String, Long> denied = new TreeMap<>();
        denied.put("publish", now.deniedPublishes());
        denied.put("subscribe", now.deniedSubscribes());
        figures.add(counters("wkmq_authorizations_denied_total", "What clients were denied", "action", denied));
    }

    private static void overload(List<Figure> figures, OverloadGuard overload) {
        figures.add(counter(
                "wkmq_overload_connections_refused_total",
                "Connections refused because the node has no room",
                overload.refused()));
        figures.add(gauge(
                "wkmq_overload_memory_short",
                "1 while memory is short and connections are refused",
                overload.memoryShort() ? 1 : 0));
    }

    private static void listeners(List<Figure> figures, Listeners all) {
        List<Point> up = new ArrayList<>();
        List<Point> clients = new ArrayList<>();
        List<Point> accepted = new ArrayList<>();
        List<Point> closed = new ArrayList<>();
        List<Point> certificates = new ArrayList<>();
        for (Listener listener : all.list()) {
            String name = name(listener.key());
            up.add(new Point(List.of(name), listener.running() ? 1 : 0));
            clients.add(new Point(List.of(name), listener.clients()));
            accepted.add(new Point(List.of(name), listener.accepted()));
            listener.shutdowns()
                    .forEach((reason, count) -> closed.add(new Point(List.of(name, reason.label()), count)));
            Instant notAfter = listener.certificateNotAfter();
            if (notAfter != null) {
                certificates.add(new Point(List.of(name), notAfter.getEpochSecond()));
            }
        }
        List<String> labels = List.of("listener");
        figures.add(new Figure(Kind.GAUGE, "wkmq_listener_up", "1 while it listens", labels, up));
        figures.add(new Figure(
                Kind.GAUGE, "wkmq_listener_connections", "Open connections, handshakes included", labels, clients));
        figures.add(new Figure(
                Kind.COUNTER, "wkmq_listener_connections_accepted_total", "Connections taken", labels, accepted));
        figures.add(new Figure(
                Kind.COUNTER,
                "wkmq_listener_connections_closed_total",
                "How connections ended, those refused included",
                List.of("listener", "reason"),
                closed));
        figures.add(new Figure(
                Kind.GAUGE,
                "wkmq_listener_certificate_not_after_timestamp_seconds",
                "Until when the certificate is valid, in seconds since the epoch",
                labels,
                certificates));
    }

    private static void storage(List<Figure> figures, MvStorage storage) {
        StorageStatistics now = storage.statistics();
        figures.add(gauge("wkmq_storage_writable", "1 while durable writes are taken", storage.writable() ? 1 : 0));
        figures.add(gauge("wkmq_storage_queue_bytes", "Bytes that wait to be written", now.queueBytes()));
        figures.add(gauge("wkmq_storage_log_bytes", "Size of the log on the disk", now.logBytes()));
        figures.add(gauge("wkmq_storage_state_bytes", "Size of the state file on the disk", now.stateBytes()));
        figures.add(counter("wkmq_storage_commits_total", "Batches written to the log", now.commits()));
        figures.add(new Figure(
                Kind.COUNTER,
                "wkmq_storage_commit_seconds_total",
                "Time spent on writing them, syncs included",
                List.of(),
                List.of(new Point(List.of(), now.commitNanos() / NANOS_PER_SECOND))));
        figures.add(counter("wkmq_storage_logged_bytes_total", "Bytes written to the log", now.loggedBytes()));
        figures.add(counter("wkmq_storage_checkpoints_total", "Checkpoints written", now.checkpoints()));
        figures.add(counter(
                "wkmq_storage_checkpoint_waits_total",
                "Batches that waited for a checkpoint, since the log was near its bound",
                now.checkpointsAwaited()));
        figures.add(counter("wkmq_storage_failed_flushes_total", "Flushes that failed", now.failedFlushes()));
        figures.add(counter(
                "wkmq_storage_refused_messages_total", "Messages that could not be stored", now.refusedAdditions()));
    }

    private static void alarms(List<Figure> figures, Alarms alarms) {
        SortedMap<String, Long> active = new TreeMap<>();
        SortedMap<String, Long> all = new TreeMap<>();
        Map<AlarmKind, Long> counts = alarms.counts();
        for (AlarmKind kind : AlarmKind.values()) {
            active.put(kind.word(), 0L);
            all.put(kind.word(), counts.getOrDefault(kind, 0L));
        }
        alarms.active().forEach(alarm -> active.merge(alarm.cause().kind().word(), 1L, Long::sum));
        figures.add(byLabel(Kind.GAUGE, "wkmq_alarms_active", "Alarms that are active", "alarm", active));
        figures.add(counters("wkmq_alarms_total", "Alarms there were", "alarm", all));
    }

    private static String name(ListenerKey key) {
        return label(key.protocol()) + ':' + key.name();
    }

    private static SortedMap<String, Long> labelled(Map<? extends Enum<?>, Long> counts) {
        SortedMap<String, Long> labelled = new TreeMap<>();
        counts.forEach((reason, count) -> labelled.put(label(reason), count));
        return labelled;
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Figure byQos(String name, String help, long[] values) {
        List<Point> points = new ArrayList<>();
        for (int qos = 0; qos < values.length; qos++) {
            points.add(new Point(List.of(Integer.toString(qos)), values[qos]));
        }
        return new Figure(Kind.COUNTER, name, help, List.of("qos"), points);
    }

    static Figure counters(String name, String help, String label, SortedMap<String, Long> values) {
        return byLabel(Kind.COUNTER, name, help, label, values);
    }

    private static Figure byLabel(Kind kind, String name, String help, String label, SortedMap<String, Long> values) {
        List<Point> points = new ArrayList<>();
        values.forEach((value, count) -> points.add(new Point(List.of(value), count)));
        return new Figure(kind, name, help, List.of(label), points);
    }

    static Figure counter(String name, String help, long value) {
        return new Figure(Kind.COUNTER, name, help, List.of(), List.of(new Point(List.of(), value)));
    }

    static Figure gauge(String name, String help, long value) {
        return new Figure(Kind.GAUGE, name, help, List.of(), List.of(new Point(List.of(), value)));
    }
}
