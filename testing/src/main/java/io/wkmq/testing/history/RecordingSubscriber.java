package io.wkmq.testing.history;

import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Subscribes with QoS 1 to what all {@link NumberedPublisher}s publish, and acknowledges it at once. */
final class RecordingSubscriber extends LoadClient {
    private static final Duration LOOK = Duration.ofMillis(50);

    private final boolean durable;
    private final Map<String, Long> newest = new ConcurrentHashMap<>();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private boolean known;

    /** A subscriber whose session outlives the connection, or one whose session does not. */
    RecordingSubscriber(String name, String node, Opener opener, History history, boolean durable) {
        super(name, node, opener, history);
        this.durable = durable;
    }

    CountDownLatch subscribed() {
        return subscribed;
    }

    /** Whether it has a publisher's message of that number or a later one. */
    boolean has(String publisher, long number) {
        return newest.getOrDefault(publisher, 0L) >= number;
    }

    @Override
    MqttVersion version() {
        return durable ? MqttVersion.V5 : MqttVersion.V311;
    }

    @Override
    ConnectBuilder connect() {
        ConnectBuilder connect = Packets.connect(name()).keepAlive(0);
        return durable ? connect.keepSession() : connect;
    }

    @Override
    void serve(MqttProbe probe, Connack connack) {
        if (known && durable && !connack.sessionPresent()) {
            history().record(new Event.SessionLost(System.nanoTime(), name()));
        }
        known = true;
        probe.subscribe(NumberedPublisher.topic("#"), 1);
        history().record(new Event.Subscribed(System.nanoTime(), name(), node(), durable));
        subscribed.countDown();
        while (!stopping() && !probe.ended()) {
            probe.poll(LOOK).ifPresent(packet -> take(probe, packet));
        }
    }

    private void take(MqttProbe probe, ServerPacket packet) {
        if (!(packet instanceof Publish publish)) {
            throw probe.failure(name() + " expected PUBLISH but got " + packet);
        }
        Event.Received received = Event.Received.of(name(), publish);
        history().record(received);
        newest.merge(received.publisher(), received.number(), Math::max);
        if (publish.qos() == 1) {
            probe.send(Packets.puback(publish.packetId()));
        }
    }
}
