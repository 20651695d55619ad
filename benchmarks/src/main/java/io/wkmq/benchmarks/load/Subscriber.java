package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to one filter, and acknowledges and checks what arrives. Confined to the client's event loop; the checks are read once the
 * loop has ended.
 */
final class Subscriber implements Role {
    private static final int SUBSCRIBE_BYTES = 512;
    private static final int STREAMS_MAX = 1_000_000;

    /** The streams a subscriber should receive. */
    interface Expectation extends StreamSource {
        /** Called when {@code count} messages of the stream have arrived. */
        void arrived(long stream, long count);
    }

    private final String filter;
    private final int qos;
    private final boolean mqtt5;
    private final Expectation expected;
    private final Inbox inbox;
    private final int subscriptionId;
    private final @Nullable PropertyCheck properties;
    private final LongObjectMap<StreamCheck> checks = new LongObjectHashMap<>(4);
    private @Nullable Client client;
    private @Nullable ClientConnection connection;
    private @Nullable StreamCheck lastCheck;
    private long lastStream;
    private long lastArrived;
    private long altered;
    private int lowestQos = 2;
    private boolean granted;

    Subscriber(String filter, int qos, boolean mqtt5, Decorations decorations, Expectation expected) {
        this.filter = filter;
        this.qos = qos;
        this.mqtt5 = mqtt5;
        this.expected = expected;
        this.inbox = new Inbox(mqtt5, this::message);
        this.subscriptionId = decorations.subscriptionId() ? Decorations.SUBSCRIPTION_ID : 0;
        this.properties = decorations.delivered() ? new PropertyCheck(decorations) : null;
    }

    /** Returns the streams of which messages arrived, by {@link Stamp#stream}. */
    LongObjectMap<StreamCheck> checks() {
        return checks;
    }

    /** Returns the lowest QoS of the messages that arrived; 2 if there were none. */
    int lowestQos() {
        return lowestQos;
    }

    /** Returns how many messages arrived without the features they were published with. */
    long altered() {
        return altered;
    }

    /** Returns how many distinct messages arrived. */
    long distinct() {
        return checks.values().stream().mapToLong(StreamCheck::distinct).sum();
    }

    @Override
    public void connected(Client owner, ClientConnection to, Connack connack) {
        client = owner;
        connection = to;
        inbox.connected(connack.sessionPresent());
        if (properties != null) {
            properties.connected();
        }
        if (connack.sessionPresent() && granted) {
            owner.ready(); // the subscription is part of the session
        } else {
            Packets.subscribe(to.batch(SUBSCRIBE_BYTES), mqtt5, List.of(filter), qos, subscriptionId);
        }
    }

    @Override
    public void packet(int header, ByteBuf in, int start, int end) {
        ClientConnection from = connection;
        Client owner = client;
        if (from == null || owner == null) {
            return;
        }
        if (header >> 4 == Packets.SUBACK) {
            suback(owner, from, in.getUnsignedByte(end - 1));
        } else {
            inbox.packet(from, header, in, start, end);
        }
    }

    private void suback(Client owner, ClientConnection from, int answer) {
        if (answer == qos) {
            granted = true;
            owner.ready();
        } else {
            from.fail(
                    "the broker answered the subscription to " + filter + " with " + answer + "; expected QoS " + qos);
        }
    }

    private void message(int header, ByteBuf in, int topic, int from, int payload, int end) {
        Client owner = client;
        StreamCheck check = Stamp.present(in, payload, end) ? check(in, payload) : null;
        if (check == null || owner == null) {
            if (owner != null) {
                owner.stats().foreign();
            }
            return;
        }
        lowestQos = Math.min(lowestQos, Inbox.qos(header));
        if (properties != null && !properties.complete(in, from, payload, in.getUnsignedShort(topic) > 0)) {
            altered++;
        }
        check.received(Stamp.sequence(in, payload));
        lastArrived++;
        owner.stats().delivered(Stamp.timeNs(in, payload), NanoTime.now());
    }

    private @Nullable StreamCheck check(ByteBuf in, int start) {
        long stream = Stamp.stream(in, start);
        if (lastCheck != null && stream == lastStream) {
            return lastCheck;
        }
        StreamCheck check = checks.get(stream);
        if (check == null && checks.size() < STREAMS_MAX) {
            check = expected.open(stream, Stamp.sequence(in, start));
            if (check != null) {
                checks.put(stream, check);
            }
        }
        if (check != null) {
            tell();
            lastCheck = check;
            lastStream = stream;
        }
        return check;
    }

    private void tell() {
        if (lastArrived > 0) {
            expected.arrived(lastStream, lastArrived);
            lastArrived = 0;
        }
    }

    @Override
    public void readComplete() {
        tell();
    }

    @Override
    public void writable() {}

    @Override
    public void disconnected() {
        tell();
        connection = null;
    }
}
