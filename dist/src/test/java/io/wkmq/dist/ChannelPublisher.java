package io.wkmq.dist;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PublishBuilder;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.UserProperty;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Publishes numbered messages into a channel, with many in flight, until the broker is gone; on the next connection it first resends those
 * that were not acknowledged. With MQTT 5 the messages have names. Confined to one thread, except for {@link #acknowledged}, which is
 * thread-safe.
 */
final class ChannelPublisher {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int WINDOW = 50;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int PACKET_IDS = 60_000;

    private final String name;
    private final MqttVersion version;
    private final Set<Integer> unacknowledged = new LinkedHashSet<>();
    private final Map<Integer, Long> acknowledged = new ConcurrentHashMap<>();
    private boolean refusalsAllowed;
    private volatile boolean resting;
    private int refused;
    private int last;

    ChannelPublisher(String name, MqttVersion version) {
        this.name = name;
        this.version = version;
    }

    String name() {
        return name;
    }

    /** Whether its messages have names, by which repetitions are known again. */
    boolean names() {
        return version.hasProperties();
    }

    /** The sequence numbers of the messages that were acknowledged, by their numbers; 0 if the broker could not say it. */
    Map<Integer, Long> acknowledged() {
        return acknowledged;
    }

    /** Goes on without a message that a node refuses, as it does while too few of the others are there. */
    ChannelPublisher allowRefusals() {
        refusalsAllowed = true;
        return this;
    }

    /** Ends publishing soon, or lets it be begun again. */
    void rest(boolean now) {
        resting = now;
    }

    /** How many messages were refused. */
    int refused() {
        return refused;
    }

    void publish(int port) {
        MqttProbe opened;
        try {
            opened = MqttProbe.open("127.0.0.1", port, version).within(LIMIT).allowTornEnds();
        } catch (UncheckedIOException e) {
            return; // it is gone already
        }
        try (MqttProbe probe = opened) {
            Optional<ServerPacket> answer = probe.send(Packets.connect(name)).expectPacketOrEnd();
            if (answer.isEmpty()) {
                return;
            }
            if (!(answer.get() instanceof Connack connack) || connack.code() != 0) {
                throw probe.failure(name + " expected to be accepted but got " + answer.get());
            }
            unacknowledged.forEach(number -> probe.send(message(number)));
            boolean goesOn = true;
            while (goesOn && !resting) {
                while (unacknowledged.size() < WINDOW) {
                    unacknowledged.add(++last);
                    probe.send(message(last));
                }
                Optional<ServerPacket> packet = probe.expectPacketOrEnd();
                packet.ifPresent(each -> take(probe, each));
                goesOn = packet.isPresent();
            }
        }
    }

    private static int packetId(int number) {
        return 1 + number % PACKET_IDS;
    }

    private PublishBuilder message(int number) {
        PublishBuilder message =
                Packets.publish("load/" + name, name + ' ' + number).qos(1, packetId(number));
        return names() ? message.with(Property.user("wk-msg-id", Integer.toString(number))) : message;
    }

    private void take(MqttProbe probe, ServerPacket packet) {
        int number = unacknowledged.iterator().next(); // they are acknowledged in their order
        if (refusalsAllowed && packet instanceof Puback refusal && refusal.code() == QUOTA_EXCEEDED) {
            refused++;
            unacknowledged.remove(number);
            return;
        }
        if (!(packet instanceof Puback ack) || ack.code() >= 0x80 || ack.packetId() != packetId(number)) {
            throw probe.failure(name + " expected message " + number + " to be acknowledged but got " + packet);
        }
        long seq = ack.properties().user().stream()
                .filter(property -> property.name().equals("wk-seq"))
                .map(UserProperty::value)
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
        if (names() && seq == 0) {
            throw probe.failure(name + " was not told where message " + number + " is: " + packet);
        }
        unacknowledged.remove(number);
        acknowledged.put(number, seq);
    }
}
