package io.wkmq.dist;

import static io.wkmq.testing.mqtt.MqttVersion.V5;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client that shares a channel with others: acknowledges each message it is given, and records it. */
final class GroupReader implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final MqttProbe probe;
    private final List<String> given = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    private GroupReader(MqttProbe probe) {
        this.probe = probe;
        this.thread = new Thread(this::take, "takes messages");
        thread.setDaemon(true);
    }

    /** Subscribes, and begins. */
    static GroupReader join(int port, String clientId, String filter) {
        MqttProbe probe = MqttProbe.open("127.0.0.1", port, V5).within(LIMIT).allowTornEnds();
        probe.connect(clientId);
        probe.subscribe(
                Packets.subscribe(probe.nextPacketId()).filter(filter, 1).with(Property.user("wk-from", "earliest")));
        GroupReader reader = new GroupReader(probe);
        reader.thread.start();
        return reader;
    }

    private void take() {
        while (!closed && !probe.ended()) {
            probe.poll(LOOK).ifPresent(packet -> {
                if (packet instanceof Publish publish) {
                    given.add(publish.text());
                    probe.acknowledge(publish);
                }
            });
        }
    }

    /** The texts of all messages so far. */
    List<String> given() {
        return given;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        probe.close();
    }
}
