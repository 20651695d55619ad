package io.wkmq.broker.stats;

import io.wkmq.broker.connection.Connections;
import io.wkmq.broker.connection.TrafficCounter;
import io.wkmq.routing.Qos;
import io.wkmq.session.DropReason;
import io.wkmq.session.SessionStats;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The node's gauges ({@code stats}) and counters ({@code metrics}) under EMQ's names. Thread-safe; reading them does not pause
 * the node.
 */
public final class NodeStatistics {
    private final Connections connections;
    private final Supplier<SessionStats> sessions;
    private final IntSupplier routes;
    private final LongSupplier retained;
    private final SortedMap<String, Long> highest = new TreeMap<>();

    /**
     * Creates the statistics of a node.
     *
     * @param routes returns the number of topic filters with a route
     * @param retained returns the number of retained messages
     */
    public NodeStatistics(
            Connections connections, Supplier<SessionStats> sessions, IntSupplier routes, LongSupplier retained) {
        this.connections = connections;
        this.sessions = sessions;
        this.routes = routes;
        this.retained = retained;
    }

    /** Returns the number of topic filters with a route. May have to count them. */
    public int routes() {
        return routes.getAsInt();
    }

    /** Returns the number of retained messages. */
    public long retained() {
        return retained.getAsLong();
    }

    /**
     * Returns the gauges, each with its current value and its maximum ({@code clients/count}, {@code clients/max}). A maximum
     * covers only the values seen by calls of this method.
     */
    public SortedMap<String, Long> stats() {
        SessionStats now = sessions.get();
        int filters = routes(); // read once since it may have to count
        SortedMap<String, Long> gauges = new TreeMap<>();
        gauge(gauges, "clients", connections.clients());
        gauge(gauges, "sessions", now.sessions());
        gauge(gauges, "subscriptions", now.subscriptions());
        gauge(gauges, "subscriptions/shared", now.sharedSubscriptions());
        gauge(gauges, "topics", filters);
        gauge(gauges, "routes", filters);
        gauge(gauges, "retained", retained());
        gauge(gauges, "messages/queued", now.queuedMessages());
        gauge(gauges, "messages/queued/bytes", now.queuedBytes());
        gauge(gauges, "messages/inflight", now.inflight());
        return gauges;
    }

    private void gauge(SortedMap<String, Long> gauges, String name, long value) {
        gauges.put(name + "/count", value);
        synchronized (highest) {
            gauges.put(name + "/max", highest.merge(name, value, Math::max));
        }
    }

    /** Returns the counters since the start. */
    public SortedMap<String, Long> metrics() {
        SortedMap<String, Long> counters = new TreeMap<>();
        connections.traffic().forEach((TrafficCounter counter, Long count) -> counters.put(counter.label(), count));
        SessionStats now = sessions.get();
        for (Qos qos : Qos.values()) {
            counters.put("messages/qos" + qos.code() + "/received", now.received()[qos.code()]);
            counters.put("messages/qos" + qos.code() + "/sent", now.sent()[qos.code()]);
        }
        counters.put("messages/received", sum(now.received()));
        counters.put("messages/sent", sum(now.sent()));
        counters.put("messages/retained/received", now.retainedReceived());
        counters.put("messages/retained/sent", now.retainedSent());
        counters.put("messages/unrouted", now.unrouted());
        counters.put("messages/refused", now.refused());
        counters.put("messages/dropped", dropped(counters, now.dropped()));
        return counters;
    }

    private static long dropped(SortedMap<String, Long> counters, Map<DropReason, Long> byReason) {
        long all = 0;
        for (DropReason reason : DropReason.values()) {
            long count = byReason.getOrDefault(reason, 0L);
            counters.put("messages/dropped/" + reason.name().toLowerCase(Locale.ROOT), count);
            all += count;
        }
        return all;
    }

    private static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum += value;
        }
        return sum;
    }
}
