package io.wkmq.testing.crash;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A client whose session outlives its connections and is never lost: once the broker has confirmed it, it has to be there at
 * each connect. One thread at a time.
 */
abstract class LoadClient {
    /** Generous: only used up if the broker never answers. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final MqttVersion version;
    private boolean known;
    private int connections;

    /** A client; {@code known} says whether the broker has its session. */
    LoadClient(String name, MqttVersion version, boolean known) {
        this.known = known;
        this.name = name;
        this.version = version;
    }

    /** The client id. */
    public final String name() {
        return name;
    }

    final MqttVersion version() {
        return version;
    }

    /** How often it has been connected. */
    public final int connections() {
        return connections;
    }

    /** Connects; empty if the broker is gone before it has said yes. */
    final Optional<MqttProbe> connect(int port) {
        MqttProbe probe;
        try {
            probe = MqttProbe.open("127.0.0.1", port, version).within(LIMIT).allowTornEnds();
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
        Optional<ServerPacket> answer =
                probe.send(Packets.connect(name).keepSession()).expectPacketOrEnd();
        if (answer.isEmpty()) {
            probe.close();
            return Optional.empty();
        }
        if (!(answer.get() instanceof Connack connack) || connack.code() != 0) {
            throw probe.failure(name + " expected to be accepted but got " + answer.get());
        }
        if (known && !connack.sessionPresent()) {
            throw probe.failure("The session of " + name + " is lost");
        }
        known = true;
        connections++;
        return Optional.of(probe);
    }
}
