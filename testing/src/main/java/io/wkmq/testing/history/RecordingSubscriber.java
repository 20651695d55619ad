package io.wkmq.testing.history;

import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Subscribes to what all {@link NumberedPublisher}s publish, alone or as a member of a share group, and acknowledges messages at once.
 * Keeps the state of QoS 2 exchanges across connections, as a client has to.
 */
final class RecordingSubscriber extends LoadClient {
    private static final Duration LOOK = Duration.ofMillis(50);

    private final boolean durable;
    private final String filter;
    private final int qos;
    private final Set<Integer> unreleased = new HashSet<>();
    private final Map<String, Long> newest = new ConcurrentHashMap<>();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private boolean known;

    /** Creates a subscriber with a persistent session ({@code durable}), or with one that ends with the connection. */
    RecordingSubscriber(String name, String node, Opener opener, History history, boolean durable, int qos) {
        this(name, node, opener, history, durable, NumberedPublisher.topic("#"), qos);
    }

    private RecordingSubscriber(
            String name, String node, Opener opener, History history, boolean durable, String filter, int qos) {
        super(name, node, opener, history);
        this.durable = durable;
        this.filter = filter;
        this.qos = qos;
    }

    /** Creates a member of a share group that subscribes with QoS 2 and whose session ends with the connection. */
    static RecordingSubscriber member(String group, String name, String node, Opener opener, History history) {
        String filter = "$share/" + group + '/' + NumberedPublisher.topic("#");
        return new RecordingSubscriber(name, node, opener, history, false, filter, 2);
    }

    CountDownLatch subscribed() {
        return subscribed;
    }

    /** Returns whether it has received a message of that publisher with that number or a higher one. */
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
        if (!connack.sessionPresent()) {
            unreleased.clear();
        }
        probe.subscribe(filter, qos);
        history().record(new Event.Subscribed(System.nanoTime(), name(), node(), durable));
        subscribed.countDown();
        while (!stopping() && !probe.ended()) {
            probe.poll(LOOK).ifPresent(packet -> take(probe, packet));
        }
    }

    private void take(MqttProbe probe, ServerPacket packet) {
        if (packet instanceof Pubrel pubrel) {
            unreleased.remove(pubrel.packetId());
            probe.send(Packets.pubcomp(pubrel.packetId()));
        } else if (packet instanceof Publish publish) {
            take(probe, publish);
        } else {
            throw probe.failure(name() + " expected PUBLISH but got " + packet);
        }
    }

    private void take(MqttProbe probe, Publish publish) {
        boolean repeated = publish.qos() == 2
                && !unreleased.add(publish.packetId())
                && publish.duplicate(); // redelivered on a new connection
        if (!repeated) {
            Event.Received received = Event.Received.of(name(), publish);
            history().record(received);
            newest.merge(received.publisher(), received.number(), Math::max);
        }
        if (publish.qos() == 1) {
            probe.send(Packets.puback(publish.packetId()));
        } else if (publish.qos() == 2) {
            probe.send(Packets.pubrec(publish.packetId()));
        }
    }
}
