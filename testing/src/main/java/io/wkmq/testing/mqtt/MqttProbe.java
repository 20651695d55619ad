package io.wkmq.testing.mqtt;

import io.wkmq.testing.Deadline;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Disconnect;
import io.wkmq.testing.mqtt.ServerPacket.Pingresp;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.mqtt.ServerPacket.Pubrel;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.ServerPacket.Unsuback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT client that does only what a test tells it to: it sends arbitrary bytes, answers nothing by itself, and checks every packet from
 * the server against the standard. Not thread-safe. Reads from the socket only while a method waits for a packet.
 *
 * <p>{@code expect...} methods look at the very next packet; {@code await...} methods keep other packets for later. A failure is an {@link
 * AssertionError} that contains the conversation in hex.
 */
public final class MqttProbe implements AutoCloseable {
    /** The default limit for packets expected almost immediately. Generous: a passing test never uses it up. */
    public static final Duration USUAL_LIMIT = Duration.ofSeconds(30);

    private final Wire wire;
    private final MqttVersion version;
    private final Transcript transcript = new Transcript();
    private final PacketStream stream;
    private final Deque<ServerPacket> kept = new ArrayDeque<>();
    private Duration limit = USUAL_LIMIT;
    private boolean silentEnds;
    private int lastPacketId;

    private MqttProbe(Wire wire, MqttVersion version) {
        this.wire = wire;
        this.version = version;
        this.stream = new PacketStream(wire, version, transcript);
    }

    /** Opens a TCP connection without sending anything. */
    public static MqttProbe open(String host, int port, MqttVersion version) {
        try {
            return over(SocketWire.tcp(host, port), version);
        } catch (IOException e) {
            throw new UncheckedIOException("No connection to " + host + ":" + port, e);
        }
    }

    /** Creates a probe over any kind of connection. */
    public static MqttProbe over(Wire wire, MqttVersion version) {
        return new MqttProbe(wire, version);
    }

    /** Returns the version in which packets are encoded and decoded. */
    public MqttVersion version() {
        return version;
    }

    /** Sets how long the methods below wait. */
    public MqttProbe within(Duration newLimit) {
        limit = newLimit;
        return this;
    }

    /** Makes {@link #expectDisconnect} accept a server that closes without DISCONNECT, which MQTT 5 only recommends. */
    public MqttProbe allowSilentEnds() {
        silentEnds = true;
        return this;
    }

    /** Makes the probe accept a connection that ends in the middle of a packet, as after the server is killed. */
    public MqttProbe allowTornEnds() {
        stream.allowTornEnds();
        return this;
    }

    /** Returns a packet id that this probe has not used yet: 1, 2, 3 ... */
    public int nextPacketId() {
        return ++lastPacketId;
    }

    // --- sending

    /** Sends a packet. */
    public MqttProbe send(PacketBuilder<?> packet) {
        if (packet instanceof ConnectBuilder connect) {
            stream.allow(connect.limits());
        }
        return send(packet.encode(version));
    }

    /** Sends bytes. A failed write is only noted in the transcript: the next {@code expect...} discovers that the server has closed. */
    public MqttProbe send(byte... bytes) {
        transcript.sent(bytes);
        try {
            wire.write(bytes);
        } catch (IOException e) {
            transcript.note("write failed: " + e);
        }
        return this;
    }

    /** Sends bytes given in hex. */
    public MqttProbe sendHex(String hex) {
        return send(Hex.parse(hex));
    }

    // --- waiting

    /** Returns the next packet, which must be of that type. */
    public <T extends ServerPacket> T expect(Class<T> type) {
        ServerPacket packet = next(Deadline.after(limit));
        if (!type.isInstance(packet)) {
            throw failure("Expected " + type.getSimpleName() + " but got " + describe(packet));
        }
        return type.cast(packet);
    }

    /** Returns the first packet of that type; the packets before it are kept for later. */
    public <T extends ServerPacket> T await(Class<T> type) {
        for (Iterator<ServerPacket> it = kept.iterator(); it.hasNext(); ) {
            ServerPacket packet = it.next();
            if (type.isInstance(packet)) {
                it.remove();
                return type.cast(packet);
            }
        }
        Deadline deadline = Deadline.after(limit);
        while (true) {
            ServerPacket packet = stream.next(deadline);
            if (packet == null) {
                throw failure("Waited for " + type.getSimpleName() + " but got " + describe(null));
            }
            if (type.isInstance(packet)) {
                return type.cast(packet);
            }
            kept.addLast(packet);
        }
    }

    /** Expects the next packet to be a PUBLISH with that topic and payload; does not acknowledge it. */
    public Publish expectPublish(String topic, String payload) {
        Publish publish = expect(Publish.class);
        if (!publish.topic().equals(topic) || !publish.text().equals(payload)) {
            throw failure("Expected PUBLISH of '" + payload + "' to '" + topic + "' but got " + publish);
        }
        return publish;
    }

    /** Expects the next packet to be a PUBLISH with that topic and payload, and completes its acknowledgement. */
    public Publish receive(String topic, String payload) {
        Publish publish = expectPublish(topic, payload);
        acknowledge(publish);
        return publish;
    }

    /** Completes the acknowledgement that the QoS requires; other packets that arrive meanwhile are kept for later. */
    public void acknowledge(Publish publish) {
        int id = publish.packetId();
        if (publish.qos() == 1) {
            send(Packets.puback(id));
        } else if (publish.qos() == 2) {
            send(Packets.pubrec(id));
            requireId(id, await(Pubrel.class).packetId());
            send(Packets.pubcomp(id));
        }
    }

    /** Returns the next packet of any type, or empty if the server closes the connection. */
    public Optional<ServerPacket> expectPacketOrEnd() {
        ServerPacket packet = next(Deadline.after(limit));
        if (packet == null && !stream.closed()) {
            throw failure("Expected a packet or the end but got " + describe(null));
        }
        return Optional.ofNullable(packet);
    }

    /** Returns the next packet of any type, or empty if none arrives in time or the server has closed: see {@link #ended}. */
    public Optional<ServerPacket> poll(Duration time) {
        return Optional.ofNullable(next(Deadline.after(time)));
    }

    /** Returns whether the server has closed the connection and all its packets have been read. */
    public boolean ended() {
        return kept.isEmpty() && stream.closed();
    }

    /** Returns all packets until nothing arrives for {@code quiet} or the server closes. */
    public List<ServerPacket> drain(Duration quiet) {
        List<ServerPacket> packets = new ArrayList<>(kept);
        kept.clear();
        while (true) {
            ServerPacket packet = stream.next(Deadline.after(quiet));
            if (packet == null) {
                return packets;
            }
            packets.add(packet);
        }
    }

    /** Expects that nothing arrives for that long and the connection stays open. */
    public void expectNothing(Duration duration) {
        ServerPacket packet = next(Deadline.after(duration));
        if (packet != null || stream.closed()) {
            throw failure("Expected nothing for " + duration + " but got " + describe(packet));
        }
    }

    /** Expects the server to close the connection without another packet. */
    public void expectClosed() {
        ServerPacket packet = next(Deadline.after(limit));
        if (packet != null || !stream.closed()) {
            throw failure("Expected the server to close but got " + describe(packet));
        }
    }

    /** Expects a DISCONNECT with one of the codes and then the end of the connection; with MQTT 3 only the end. */
    public void expectDisconnect(int... codes) {
        if (silentEnds) {
            expectEnd(codes);
            return;
        }
        if (version.hasProperties()) {
            requireCode(expect(Disconnect.class).code(), codes);
        }
        expectClosed();
    }

    /** Expects the end of the connection, which MQTT 5 may announce by a DISCONNECT with one of the codes. */
    public void expectEnd(int... codes) {
        ServerPacket packet = next(Deadline.after(limit));
        if (packet instanceof Disconnect disconnect) {
            requireCode(disconnect.code(), codes);
            expectClosed();
        } else if (packet != null || !stream.closed()) {
            throw failure("Expected the server to end the connection but got " + describe(packet));
        }
    }

    /** Expects the connection to be refused: the server closes it, possibly after a CONNACK with one of the codes. */
    public Optional<Connack> expectRefusal(int... codes) {
        ServerPacket packet = next(Deadline.after(limit));
        if (packet == null && stream.closed()) {
            return Optional.empty();
        }
        if (packet instanceof Connack connack && connack.code() != 0) {
            requireCode(connack.code(), codes);
            expectClosed();
            return Optional.of(connack);
        }
        throw failure("Expected the server to refuse the connection but got " + describe(packet));
    }

    // --- whole exchanges

    /** Connects with a clean start. */
    public Connack connect(String clientId) {
        return connect(Packets.connect(clientId));
    }

    /** Sends CONNECT and expects a successful CONNACK. */
    public Connack connect(ConnectBuilder connect) {
        Connack connack = send(connect).expect(Connack.class);
        requireCode(connack.code(), 0);
        return connack;
    }

    /** Subscribes to one filter and expects that QoS to be granted. */
    public Suback subscribe(String filter, int qos) {
        Suback suback = subscribe(Packets.subscribe(nextPacketId()).filter(filter, qos));
        if (!suback.codes().equals(List.of(qos))) {
            throw failure("Expected the subscription to be granted QoS " + qos + " but got " + suback);
        }
        return suback;
    }

    /** Sends SUBSCRIBE and awaits its SUBACK. */
    public Suback subscribe(SubscribeBuilder subscribe) {
        return send(subscribe).await(Suback.class);
    }

    /** Unsubscribes from filters. */
    public Unsuback unsubscribe(String... filters) {
        int id = nextPacketId();
        Unsuback unsuback = send(Packets.unsubscribe(id, filters)).await(Unsuback.class);
        requireId(id, unsuback.packetId());
        return unsuback;
    }

    /** Publishes and completes the exchange of the QoS; expects only success codes. */
    public void publish(String topic, String payload, int qos) {
        publish(Packets.publish(topic, payload), qos);
    }

    /** Sends a PUBLISH with that QoS and a new packet id and completes the exchange; expects only success codes. */
    public void publish(PublishBuilder publish, int qos) {
        if (qos == 0) {
            send(publish);
            return;
        }
        int id = nextPacketId();
        send(publish.qos(qos, id));
        if (qos == 1) {
            requireSuccess(id, await(Puback.class));
        } else {
            requireSuccess(id, await(Pubrec.class));
            send(Packets.pubrel(id));
            requireSuccess(id, await(Pubcomp.class));
        }
    }

    /** Sends PINGREQ and awaits PINGRESP: the server is alive and has read everything sent before. */
    public void ping() {
        send(Packets.pingreq()).await(Pingresp.class);
    }

    /** Sends DISCONNECT and waits for the server to close; whatever arrives before that is dropped. */
    public void disconnect() {
        send(Packets.disconnect());
        Deadline deadline = Deadline.after(limit);
        while (stream.next(deadline) != null) {
            // Drop messages that were in flight.
        }
        if (!stream.closed()) {
            throw failure("Expected the server to close after DISCONNECT but got nothing (limit " + limit + ")");
        }
        close();
    }

    /** Aborts the connection, as a crash would. */
    public void abort() {
        try {
            transcript.note("aborted by the test");
            wire.abort();
        } catch (IOException e) {
            transcript.note("abort failed: " + e);
        }
    }

    /** Closes the connection without sending DISCONNECT. */
    @Override
    public void close() {
        try {
            transcript.note("closed by the test");
            wire.close();
        } catch (IOException e) {
            transcript.note("close failed: " + e);
        }
    }

    /** Creates a failure with the conversation so far, for a test's own checks. */
    public AssertionError failure(String message) {
        return new ProbeFailure(message, transcript);
    }

    // --- internals

    private @Nullable ServerPacket next(Deadline deadline) {
        ServerPacket first = kept.pollFirst();
        return first != null ? first : stream.next(deadline);
    }

    private String describe(@Nullable ServerPacket packet) {
        if (packet != null) {
            return packet.toString();
        }
        return stream.closed() ? "the end of the connection" : "nothing (limit " + limit + ")";
    }

    private void requireCode(int code, int... allowed) {
        if (Arrays.stream(allowed).noneMatch(c -> c == code)) {
            throw failure("Got the code " + hex(code) + ", expected "
                    + Arrays.stream(allowed).mapToObj(MqttProbe::hex).toList());
        }
    }

    private void requireSuccess(int id, ServerPacket.Acknowledgement ack) {
        requireId(id, ack.packetId());
        if (ack.code() >= 0x80) {
            throw failure("Expected a success but got " + ack);
        }
    }

    private void requireId(int expected, int actual) {
        if (expected != actual) {
            throw failure("Got the packet id " + actual + ", expected " + expected);
        }
    }

    private static String hex(int code) {
        return String.format("0x%02x", code);
    }
}
