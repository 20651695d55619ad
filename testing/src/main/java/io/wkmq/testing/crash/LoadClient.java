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
 * A client with a persistent session that must never get lost: once the broker has confirmed the session, every reconnect must find it. Not
 * thread-safe.
 */
abstract class LoadClient {
    /** Generous: used up only if the broker never answers. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final MqttVersion version;
    private boolean known;
    private int connections;

    /** Creates a client; {@code known} says whether the broker already has its session. */
    LoadClient(String name, MqttVersion version, boolean known) {
        this.known = known;
        this.name = name;
        this.version = version;
    }

    /** Returns the client id. */
    public final String name() {
        return name;
    }

    final MqttVersion version() {
        return version;
    }

    /** Returns how often the client has connected successfully. */
    public final int connections() {
        return connections;
    }

    /** Connects; returns empty if the broker dies before it accepts the connection. */
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
