package io.wkmq.testing.history;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.PublishBuilder;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Acknowledgement;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Publishes numbered messages at a steady rate, with several in flight. Messages that are unacknowledged when a connection ends are not
 * resent, since nobody was promised anything. With QoS 0, a message counts as acknowledged once it is sent.
 */
final class NumberedPublisher extends LoadClient {
    private static final int PACKET_IDS = 65_535;
    static final int WINDOW = 20;
    private static final int FAILURE = 0x80;

    private final int qos;
    private final long intervalNanos;
    private final Map<Integer, Long> unacknowledged = new HashMap<>();
    private volatile long lastAcknowledged;
    private long number;
    private boolean sending = true;

    NumberedPublisher(String name, String node, Opener opener, History history, int qos, Duration interval) {
        super(name, node, opener, history);
        this.qos = qos;
        this.intervalNanos = interval.toNanos();
    }

    /** Returns the number of the last message that was acknowledged or, with QoS 0, sent. */
    long lastAcknowledged() {
        return lastAcknowledged;
    }

    /** Waits until a message that each of these publishers sends from now on is acknowledged or, with QoS 0, sent. */
    static void awaitAcknowledgements(Duration limit, List<NumberedPublisher> some) {
        List<Long> before =
                some.stream().map(NumberedPublisher::lastAcknowledged).toList();
        Await.until(
                limit,
                () -> "every publisher is acknowledged, last: "
                        + some.stream()
                                .map(publisher -> publisher.name() + ' ' + publisher.lastAcknowledged())
                                .toList(),
                () -> allAcknowledgedAfter(some, before));
    }

    private static boolean allAcknowledgedAfter(List<NumberedPublisher> some, List<Long> before) {
        for (int i = 0; i < before.size(); i++) {
            // More than one window: messages sent earlier must not suffice.
            if (some.get(i).lastAcknowledged() <= before.get(i) + WINDOW) {
                return false;
            }
        }
        return true;
    }

    @Override
    MqttVersion version() {
        return MqttVersion.V5;
    }

    @Override
    ConnectBuilder connect() {
        return Packets.connect(name()).keepAlive(0);
    }

    @Override
    void serve(MqttProbe probe, Connack connack) {
        unacknowledged.clear();
        long next = System.nanoTime();
        while (!probe.ended() && (sending || !unacknowledged.isEmpty())) {
            sending = !stopping();
            long left = next - System.nanoTime();
            if (left <= 0 && sending && unacknowledged.size() < WINDOW) {
                send(probe);
                next = Math.max(next + intervalNanos, System.nanoTime() - intervalNanos);
            }
            Optional<ServerPacket> packet = probe.poll(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            packet.ifPresent(p -> take(probe, p));
        }
    }

    private void send(MqttProbe probe) {
        number++;
        PublishBuilder publish = Packets.publish(topic(name()), name() + ' ' + number);
        history().record(new Event.Published(System.nanoTime(), name(), node(), number));
        if (qos == 0) {
            probe.send(publish);
            lastAcknowledged = number;
            return;
        }
        int id = (int) (number % PACKET_IDS) + 1;
        unacknowledged.put(id, number);
        probe.send(publish.qos(qos, id));
    }

    static String topic(String publisher) {
        return "history/" + publisher;
    }

    private void take(MqttProbe probe, ServerPacket packet) {
        if (!(packet instanceof Acknowledgement ack)
                || ack.code() >= FAILURE
                || !unacknowledged.containsKey(ack.packetId())) {
            throw probe.failure(name() + " did not expect " + packet);
        }
        if (qos == 2 && ack instanceof Pubrec) {
            probe.send(Packets.pubrel(ack.packetId()));
        } else if (qos == 2 ? ack instanceof Pubcomp : ack instanceof Puback) {
            long acknowledged = unacknowledged.remove(ack.packetId());
            history().record(new Event.Acknowledged(System.nanoTime(), name(), acknowledged));
            lastAcknowledged = Math.max(lastAcknowledged, acknowledged);
        } else {
            throw probe.failure(name() + " did not expect " + packet);
        }
    }
}
