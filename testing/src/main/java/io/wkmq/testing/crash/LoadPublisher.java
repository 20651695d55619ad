package io.wkmq.testing.crash;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.PublishBuilder;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Publishes numbered messages to one topic, with several in flight, and records which ones the broker has fully acknowledged. After a
 * reconnect it first resends the unacknowledged messages in order. Confined to one thread, except for {@link #acks}, which is thread-safe.
 */
public final class LoadPublisher extends LoadClient {
    private static final int PACKET_IDS = 65_535;
    private static final int LONG_EACH = 50;
    private static final int LONG_BYTES = 20_000;
    private static final int USUAL_BYTES = 200;

    private static final class Outgoing {
        private final long number;
        private boolean received;

        Outgoing(long number) {
            this.number = number;
        }
    }

    private final String topic;
    private final int qos;
    private final int window;
    private final boolean retained;
    private final Map<Integer, Outgoing> unacknowledged = new LinkedHashMap<>();
    private final List<Ack> acks = new ArrayList<>();
    private volatile long last;
    private int lastPacketId;

    /**
     * Creates a publisher that has not published yet.
     *
     * @param window the maximum number of unacknowledged messages
     * @param retained whether the messages are retained
     */
    public LoadPublisher(String name, MqttVersion version, String topic, int qos, int window, boolean retained) {
        super(name, version, false);
        this.topic = topic;
        this.qos = qos;
        this.window = window;
        this.retained = retained;
    }

    /** Returns the topic this client publishes to. */
    public String topic() {
        return topic;
    }

    /** Returns whether the messages are retained. */
    public boolean retained() {
        return retained;
    }

    /** Returns the number of the last message sent, acknowledged or not. */
    public long last() {
        return last;
    }

    /** Returns the number that its publisher gave a message. */
    public static long number(ServerPacket.Publish message) {
        return Label.of(message.text()).number();
    }

    /** Returns the acknowledgements received so far. */
    public List<Ack> acks() {
        synchronized (acks) {
            return List.copyOf(acks);
        }
    }

    /** Returns the number of acknowledgements received so far. */
    public int ackCount() {
        synchronized (acks) {
            return acks.size();
        }
    }

    /**
     * Connects and publishes until {@code messages} new messages have been sent and everything is acknowledged, or the broker is gone.
     *
     * @return whether everything was acknowledged
     */
    public boolean publish(int port, int messages) {
        Optional<MqttProbe> connected = connect(port);
        if (connected.isEmpty()) {
            return false;
        }
        try (MqttProbe probe = connected.get()) {
            sendAgain(probe);
            int toSend = messages;
            while (true) {
                while (toSend > 0 && unacknowledged.size() < window) {
                    sendNext(probe);
                    toSend--;
                }
                if (unacknowledged.isEmpty()) {
                    return true;
                }
                Optional<ServerPacket> packet = probe.expectPacketOrEnd();
                if (packet.isEmpty()) {
                    return false;
                }
                take(probe, packet.get());
            }
        }
    }

    private void sendAgain(MqttProbe probe) {
        unacknowledged.forEach((id, message) -> {
            if (message.received) {
                probe.send(Packets.pubrel(id));
            } else {
                probe.send(packet(id, message).duplicate());
            }
        });
    }

    private void sendNext(MqttProbe probe) {
        int id = freePacketId();
        Outgoing message = new Outgoing(last + 1);
        unacknowledged.put(id, message);
        last = message.number;
        probe.send(packet(id, message));
    }

    private int freePacketId() {
        do {
            lastPacketId = lastPacketId % PACKET_IDS + 1;
        } while (unacknowledged.containsKey(lastPacketId));
        return lastPacketId;
    }

    private PublishBuilder packet(int id, Outgoing message) {
        int bytes = message.number % LONG_EACH == 0 ? LONG_BYTES : USUAL_BYTES;
        PublishBuilder packet = Packets.publish(topic, new Label(name(), message.number).payload(bytes))
                .qos(qos, id);
        return retained ? packet.retain() : packet;
    }

    private void take(MqttProbe probe, ServerPacket packet) {
        if (!(packet instanceof ServerPacket.Acknowledgement ack)) {
            throw probe.failure(name() + " expected an acknowledgement but got " + packet);
        }
        Outgoing message = unacknowledged.get(ack.packetId());
        if (message == null) {
            throw probe.failure(name() + " has not sent what was acknowledged: " + packet);
        }
        if (packet instanceof Pubrec && qos == 2) {
            requireSuccess(probe, ack);
            message.received = true;
            probe.send(Packets.pubrel(ack.packetId()));
        } else if (packet instanceof Puback && qos == 1) {
            requireSuccess(probe, ack);
            acknowledged(ack.packetId(), message);
        } else if (packet instanceof Pubcomp && message.received) {
            // any reason code: a broker that completed the exchange earlier may have forgotten the packet id
            acknowledged(ack.packetId(), message);
        } else {
            throw probe.failure(name() + " got an acknowledgement of another kind: " + packet);
        }
    }

    private void requireSuccess(MqttProbe probe, ServerPacket.Acknowledgement ack) {
        if (ack.code() >= 0x80) {
            throw probe.failure(name() + " was refused: " + ack);
        }
    }

    private void acknowledged(int id, Outgoing message) {
        unacknowledged.remove(id);
        synchronized (acks) {
            acks.add(new Ack(message.number, System.nanoTime()));
        }
    }
}
