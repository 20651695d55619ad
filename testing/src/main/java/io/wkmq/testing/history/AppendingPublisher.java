package io.wkmq.testing.history;

import io.wkmq.testing.history.ChannelHistory.Acknowledged;
import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PublishBuilder;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Disconnect;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.UserProperty;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Publishes numbered messages into a channel with QoS 1 at a steady rate. A publisher of named messages resends what was not acknowledged:
 * on the next connection in the original order, and refused messages behind all others. Other publishers give such messages up.
 */
final class AppendingPublisher extends LoadClient {
    static final int WINDOW = 20;
    private static final int PACKET_IDS = 65_535;
    private static final int FAILURE = 0x80;
    private static final int QUOTA_EXCEEDED = 0x97;

    private static final long INTERVAL_NANOS = Duration.ofMillis(10).toNanos();

    /** The kind of messages and the protocol version. */
    enum Kind {
        NAMED(MqttVersion.V5),
        PLAIN(MqttVersion.V5),
        OLDER(MqttVersion.V311);

        private final MqttVersion version;

        Kind(MqttVersion version) {
            this.version = version;
        }
    }

    private final Kind kind;
    private final String topics;
    private final ChannelHistory appended;
    private final Set<Long> unacknowledged = new LinkedHashSet<>();
    private final Set<Long> refused = new HashSet<>();

    /** The messages to resend. */
    private final Deque<Long> again = new ArrayDeque<>();

    private final Map<Integer, Long> onTheirWay = new HashMap<>();
    private long number;

    AppendingPublisher(
            String name,
            String node,
            Opener opener,
            History history,
            ChannelHistory appended,
            Kind kind,
            String topics) {
        super(name, node, opener, history);
        this.appended = appended;
        this.kind = kind;
        this.topics = topics;
    }

    @Override
    MqttVersion version() {
        return kind.version;
    }

    private boolean named() {
        return kind == Kind.NAMED;
    }

    @Override
    ConnectBuilder connect() {
        return Packets.connect(name()).keepAlive(0);
    }

    @Override
    void serve(MqttProbe probe, Connack connack) {
        onTheirWay.clear();
        again.clear();
        if (named()) {
            again.addAll(unacknowledged);
        } else {
            unacknowledged.clear();
        }
        long next = System.nanoTime();
        while (!probe.ended() && (!stopping() || !unacknowledged.isEmpty())) {
            if (next - System.nanoTime() <= 0 && onTheirWay.size() < WINDOW && (!stopping() || !again.isEmpty())) {
                send(probe);
                next = Math.max(next + INTERVAL_NANOS, System.nanoTime() - INTERVAL_NANOS);
            }
            Duration pause = Duration.ofNanos(Math.max(INTERVAL_NANOS / 10, next - System.nanoTime()));
            probe.poll(pause).ifPresent(packet -> take(probe, packet));
        }
    }

    private void send(MqttProbe probe) {
        Long repeated = again.poll();
        long message = repeated == null ? ++number : repeated;
        if (repeated == null) {
            unacknowledged.add(message);
            appended.sent(name(), named(), message);
        }
        int id = (int) (message % PACKET_IDS) + 1;
        onTheirWay.put(id, message);
        PublishBuilder publish = Packets.publish(topics + name(), ChannelHistory.payload(name(), message))
                .qos(1, id);
        probe.send(named() ? publish.with(Property.user("wk-msg-id", Long.toString(message))) : publish);
    }

    private void take(MqttProbe probe, ServerPacket packet) {
        if (packet instanceof Disconnect) {
            return; // the connection ends next
        }
        Long message = packet instanceof Puback ack ? onTheirWay.remove(ack.packetId()) : null;
        if (message == null || !(packet instanceof Puback puback)) {
            throw probe.failure(name() + " did not expect " + packet);
        }
        if (puback.code() < FAILURE) {
            unacknowledged.remove(message);
            appended.acknowledged(new Acknowledged(name(), message, place(probe, puback), refused.contains(message)));
        } else if (puback.code() != QUOTA_EXCEEDED) {
            throw probe.failure(name() + " did not expect message " + message + " to be refused by " + puback);
        } else {
            refuse(message);
        }
    }

    private void refuse(long message) {
        appended.refused(name());
        if (named()) {
            refused.add(message);
            again.add(message);
        } else {
            unacknowledged.remove(message);
        }
    }

    /** Returns the sequence number from PUBACK, which is mandatory with MQTT 5; 0 without it. */
    private long place(MqttProbe probe, Puback puback) {
        Optional<Long> seq = puback.properties().user().stream()
                .filter(property -> property.name().equals("wk-seq"))
                .map(UserProperty::value)
                .map(Long::valueOf)
                .findFirst();
        if (seq.isEmpty() && kind.version.hasProperties()) {
            throw probe.failure(name() + " was not told where its message is: " + puback);
        }
        return seq.orElse(0L);
    }
}
