package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.disconnect;
import static io.wkmq.testing.mqtt.Packets.pingreq;
import static io.wkmq.testing.mqtt.Packets.puback;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrec;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Packets.unsubscribe;
import static io.wkmq.testing.mqtt.Property.contentType;
import static io.wkmq.testing.mqtt.Property.messageExpiry;
import static io.wkmq.testing.mqtt.Property.responseTopic;
import static io.wkmq.testing.mqtt.Property.sessionExpiry;
import static io.wkmq.testing.mqtt.Property.subscriptionId;
import static io.wkmq.testing.mqtt.Property.user;
import static io.wkmq.testing.mqtt.WillBuilder.will;

import io.wkmq.testing.mqtt.Damage;
import io.wkmq.testing.mqtt.Hex;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.PacketBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sends valid packets with some bytes changed at random. Whatever the server makes of them, it never answers anything that the standard
 * forbids (the probe checks that), and continues to serve others. {@code -Dwkmq.test.seed} repeats a run.
 */
@ProtocolTest
class RandomBytesTest {
    private static final int ROUNDS = 300;

    /** Behind header, protocol name and level of a CONNECT of less than 128 bytes. */
    private static final int VERSION_END = 9;

    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    void serverSurvivesChangedPackets(MqttVersion version) {
        long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
        Random random = new Random(seed);
        String topic = broker.topic("t");
        MqttProbe innocent = broker.subscriber(version, topic, 1);
        List<PacketBuilder<?>> packets = packets(topic);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] good = packets.get(random.nextInt(packets.size())).encode(version);
            byte[] packet = Damage.of(good, random);
            try (MqttProbe probe =
                    MqttProbe.open(broker.endpoint().host(), broker.endpoint().port(), version)) {
                boolean connected = random.nextInt(4) > 0;
                if (connected) {
                    probe.connect(connect(broker.id()));
                }
                probe.send(packet);
                probe.send(pingreq().encode(version));
                if (connected || sameVersion(good, packet)) {
                    probe.drain(Duration.ofMillis(5));
                }
                probe.abort();
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round + ", sent " + Hex.of(packet), e);
            }
        }

        broker.client(version).publish(topic, "still here, seed " + seed, 1);
        innocent.receive(topic, "still here, seed " + seed);
    }

    /** Whether a server takes what was CONNECT for one of the same version; it may answer as that version otherwise. */
    private static boolean sameVersion(byte[] good, byte[] packet) {
        return packet.length > VERSION_END && Arrays.equals(good, 0, VERSION_END, packet, 0, VERSION_END);
    }

    private List<PacketBuilder<?>> packets(String topic) {
        return List.of(
                connect(broker.id())
                        .with(sessionExpiry(1), user("a", "b"))
                        .will(will(broker.topic("will"), "gone").with(contentType("c")))
                        .userName("u")
                        .password("p"),
                publish(broker.topic("other"), "payload"),
                publish(broker.topic("other"), "payload")
                        .qos(1, 1)
                        .with(messageExpiry(1), responseTopic("r"), user("a", "b")),
                publish(broker.topic("other"), "payload").qos(2, 2),
                puback(1).code(0x10),
                pubrec(1).with(user("a", "b")),
                pubrel(1),
                subscribe(1).filter(topic + "/+", 1).filter(topic + "/#", 2).with(subscriptionId(1)),
                unsubscribe(2, topic + "/+"),
                pingreq(),
                disconnect().with(sessionExpiry(1)));
    }
}
