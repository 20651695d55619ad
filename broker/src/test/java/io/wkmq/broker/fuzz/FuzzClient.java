package io.wkmq.broker.fuzz;

import io.wkmq.testing.mqtt.Damage;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.ServerPacket;
import java.time.Duration;
import java.util.Random;

/** A connection that misbehaves in every way. The probe judges the server's answers. */
final class FuzzClient implements AutoCloseable {
    private static final int DAMAGED_ONE_IN = 25;
    private static final int PACKETS_MAX = 40;

    private final MqttProbe probe;
    private final FuzzPackets packets;
    private final Random random;
    private final boolean reads;

    FuzzClient(MqttProbe probe, FuzzPackets packets, Random random) {
        this.probe = probe;
        this.packets = packets;
        this.random = random;
        this.reads = random.nextInt(4) > 0;
    }

    /** Sends packets for a while and leaves the connection as it is then. */
    void run() {
        if (random.nextInt(DAMAGED_ONE_IN) == 0) {
            // the version and the limits may be others now: the probe cannot judge what comes
            probe.send(Damage.of(packets.connect().encode(probe.version()), random));
            return;
        }
        probe.send(packets.connect());
        for (int i = random.nextInt(PACKETS_MAX); i >= 0; i--) {
            byte[] packet = packets.next().encode(probe.version());
            probe.send(random.nextInt(DAMAGED_ONE_IN) == 0 ? Damage.of(packet, random) : packet);
            if (reads && random.nextInt(3) == 0) {
                read();
            }
        }
        if (reads) {
            read();
        }
    }

    private void read() {
        for (ServerPacket packet : probe.drain(Duration.ZERO)) {
            if (random.nextInt(4) == 0) {
                continue;
            }
            if (packet instanceof ServerPacket.Publish publish && publish.qos() == 1) {
                probe.send(Packets.puback(publish.packetId()));
            } else if (packet instanceof ServerPacket.Publish publish && publish.qos() == 2) {
                probe.send(Packets.pubrec(publish.packetId()));
            } else if (packet instanceof ServerPacket.Pubrel release) {
                probe.send(Packets.pubcomp(release.packetId()));
            } else if (packet instanceof ServerPacket.Pubrec received) {
                probe.send(Packets.pubrel(received.packetId()));
            }
        }
    }

    /** Ends the connection in one of the ways in which connections end. */
    @Override
    public void close() {
        switch (random.nextInt(3)) {
            case 0 -> probe.abort();
            case 1 -> probe.send(Packets.disconnect());
            default -> probe.close();
        }
        probe.close();
    }
}
