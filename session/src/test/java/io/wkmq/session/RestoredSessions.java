package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects what a store restores; two can be compared by {@link #text}, which shows everything. */
public final class RestoredSessions implements SessionStore.Restored {
    /** A session with everything that belongs to it. */
    public static final class One {
        /** The session. */
        public final StoredSession session;
        /** Options by the filter's text. */
        public final Map<String, SubscriptionOptions> subscriptions = new TreeMap<>();
        /** In the order they came. */
        public final List<StoredDelivery> deliveries = new ArrayList<>();
        /** In the order they came. */
        public final List<Integer> awaitingRelease = new ArrayList<>();

        private One(StoredSession session) {
            this.session = session;
        }
    }

    private final Map<String, One> sessions = new TreeMap<>();
    private @Nullable One current;

    /** What a store restores. */
    public static RestoredSessions of(SessionStore store) {
        RestoredSessions restored = new RestoredSessions();
        store.restore(restored);
        return restored;
    }

    /** A session by its client id; it must be there. */
    public One get(String clientId) {
        One one = sessions.get(clientId);
        if (one == null) {
            throw new AssertionError("The session '" + clientId + "' was not restored; there are " + sessions.keySet());
        }
        return one;
    }

    /** The restored client ids. */
    public List<String> clientIds() {
        return List.copyOf(sessions.keySet());
    }

    @Override
    public void session(StoredSession session) {
        current = new One(session);
        if (sessions.put(session.clientId(), current) != null) {
            throw new AssertionError("The session '" + session.clientId() + "' was restored twice");
        }
    }

    @Override
    public void subscription(SubscriptionFilter filter, SubscriptionOptions options) {
        current().subscriptions.put(filter.text(), options);
    }

    @Override
    public void delivery(StoredDelivery delivery) {
        List<StoredDelivery> deliveries = current().deliveries;
        if (!deliveries.isEmpty() && deliveries.get(deliveries.size() - 1).sequence() >= delivery.sequence()) {
            throw new AssertionError("The delivery " + delivery.sequence() + " is out of order");
        }
        deliveries.add(delivery);
    }

    @Override
    public void awaitingRelease(int packetId) {
        current().awaitingRelease.add(packetId);
    }

    private One current() {
        One one = current;
        if (one == null) {
            throw new AssertionError("Something was restored before the first session");
        }
        return one;
    }

    /** Everything, so that equal texts mean equal contents. */
    public String text() {
        StringBuilder out = new StringBuilder();
        for (One one : sessions.values()) {
            out.append(text(one.session)).append('\n');
            one.subscriptions.forEach((filter, options) ->
                    out.append("  ").append(filter).append(' ').append(options).append('\n'));
            one.deliveries.forEach(
                    delivery -> out.append("  ").append(text(delivery)).append('\n'));
            out.append("  awaits ")
                    .append(new java.util.TreeSet<>(one.awaitingRelease))
                    .append('\n');
        }
        return out.toString();
    }

    private static String text(StoredSession s) {
        Will will = s.will();
        String willText = will == null
                ? "none"
                : will.topic()
                        + Arrays.toString(will.payload())
                        + will.qos()
                        + will.retain()
                        + will.expirySeconds()
                        + ' '
                        + will.delaySeconds()
                        + properties(will.properties());
        return s.clientId()
                + ' '
                + s.userName()
                + ' '
                + s.createdAtMs()
                + ' '
                + s.expirySeconds()
                + ' '
                + s.disconnectedAtMs()
                + ' '
                + willText;
    }

    private static String text(StoredDelivery d) {
        return d.sequence() + " " + d.qos() + ' ' + d.retain() + ' ' + Arrays.toString(d.subscriptionIdentifiers())
                + ' ' + d.share() + ' ' + d.packetId() + ' ' + d.state() + ' ' + text(d.message());
    }

    /** Everything of a message. */
    public static String text(Message m) {
        return m.topic() + " " + Arrays.hashCode(m.payload()) + '/' + m.payload().length + ' ' + m.qos() + ' '
                + m.retain() + ' ' + m.publisher() + ' ' + m.acceptedAtMs() + ' ' + m.expiresAtMs() + ' '
                + properties(m.properties());
    }

    private static String properties(io.wkmq.routing.MessageProperties p) {
        return p.payloadIsUtf8() + " " + p.contentType() + ' ' + p.responseTopic() + ' '
                + Arrays.toString(p.correlationData()) + ' ' + p.userProperties();
    }
}
