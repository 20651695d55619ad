package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Packets.unsubscribe;
import static io.wkmq.testing.mqtt.Property.contentType;
import static io.wkmq.testing.mqtt.Property.sessionExpiry;
import static io.wkmq.testing.mqtt.Property.subscriptionId;
import static io.wkmq.testing.mqtt.Property.user;
import static io.wkmq.testing.mqtt.WillBuilder.will;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.PacketBuilder;
import io.wkmq.testing.mqtt.WireWriter;
import io.wkmq.testing.normative.Normative;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests malformed packets: each ends its connection, and only that one (4.13, in MQTT 3.1.1 4.8). */
@ProtocolTest
class MalformedPacketTest {
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;

    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private void expectRejected(MqttVersion version, String hex) {
        broker.client(version).sendHex(hex).expectDisconnect(MALFORMED, PROTOCOL_ERROR);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "reserved type 0, 00 00",
        "CONNACK, 20 02 00 00",
        "remaining length of five bytes, c0 80 80 80 80 00",
        "remaining length of five bytes in PUBLISH, 30 ff ff ff ff 7f",
        "PUBLISH without anything, 30 00",
        "PUBLISH with half a topic length, 30 01 00",
        "PUBLISH with a topic longer than the packet, 30 04 00 09 61 62",
        "PUBLISH QoS 1 without identifier, 32 03 00 01 61",
        "PUBLISH QoS 1 with half an identifier, 32 04 00 01 61 00",
        "PUBLISH QoS 2 without identifier, 34 03 00 01 61",
        "PUBLISH QoS 1 with identifier 0, 32 06 00 01 61 00 00 00",
        "PUBLISH QoS 3, 36 06 00 01 61 00 01 00",
        "PUBACK without identifier, 40 00",
        "PUBACK with half an identifier, 40 01 00",
        "PUBREC without identifier, 50 00",
        "PUBREC with half an identifier, 50 01 00",
        "PUBREL without identifier, 62 00",
        "PUBREL with half an identifier, 62 01 00",
        "PUBCOMP without identifier, 70 00",
        "PUBCOMP with half an identifier, 70 01 00",
        "SUBSCRIBE without anything, 82 00",
        "SUBSCRIBE with half an identifier, 82 01 00",
        "SUBSCRIBE without filters, 82 02 00 01",
        "UNSUBSCRIBE without anything, a2 00",
        "UNSUBSCRIBE with half an identifier, a2 01 00",
        "UNSUBSCRIBE without filters, a2 02 00 01",
    })
    @Normative(
            v5 = {"MQTT-4.13.1-1", "MQTT-2.2.1-5", "MQTT-3.8.3-2", "MQTT-3.10.3-2"},
            v311 = {"MQTT-4.8.0-1", "MQTT-2.3.1-1", "MQTT-2.3.1-6", "MQTT-3.8.3-3", "MQTT-3.10.3-2"})
    void wrongInAllVersions(String what, String hex) {
        expectRejected(V311, hex);
        expectRejected(V5, hex);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "SUBACK, 90 03 00 01 00",
        "UNSUBACK, b0 02 00 01",
        "PINGRESP, d0 00",
        "PUBACK flags, 41 02 00 01",
        "PUBREC flags, 51 02 00 01",
        "PUBCOMP flags, 71 02 00 01",
        "PINGREQ with a body, c0 01 00",
    })
    @Normative(
            v5 = {"MQTT-2.1.3-1", "MQTT-4.13.1-1"},
            v311 = {"MQTT-2.2.2-1", "MQTT-2.2.2-2", "MQTT-4.8.0-1"})
    @MosquittoDeviates("ignores what it does not need")
    void alsoWrongInAllVersions(String what, String hex) {
        expectRejected(V311, hex);
        expectRejected(V5, hex);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "AUTH, f0 00",
        "SUBSCRIBE with a filter longer than the packet, 82 06 00 01 00 09 61 00",
        "SUBSCRIBE without QoS, 82 05 00 01 00 01 61",
        "SUBSCRIBE with a cut second filter, 82 08 00 01 00 01 61 00 00 01",
        "UNSUBSCRIBE with a filter longer than the packet, a2 05 00 01 00 09 61",
        "UNSUBSCRIBE with a cut second filter, a2 06 00 01 00 01 61 00",
    })
    @Normative(v311 = "MQTT-4.8.0-1")
    void wrongInMqtt311(String what, String hex) {
        expectRejected(V311, hex);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "PUBACK with three bytes, 40 03 00 01 00",
        "PUBREC with three bytes, 50 03 00 01 00",
        "PUBREL with three bytes, 62 03 00 01 00",
        "PUBCOMP with three bytes, 70 03 00 01 00",
        "DISCONNECT with a body, e0 01 00",
    })
    @Normative(v311 = "MQTT-4.8.0-1")
    void tooLongInMqtt311(String what, String hex) {
        broker.skipOnMosquitto(!hex.startsWith("e0"), "reads what it needs");
        expectRejected(V311, hex);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "PUBLISH without property length, 30 03 00 01 61",
        "PUBLISH with properties beyond its end, 30 05 00 01 61 05 01",
        "PUBLISH with a property beyond its length, 30 07 00 01 61 02 02 00 00",
        "PUBLISH with half a property, 30 06 00 01 61 02 23 01",
        "PUBLISH with an unknown property, 30 06 00 01 61 02 7f 01",
        "PUBLISH with property identifier 0, 30 06 00 01 61 02 00 01",
        "PUBLISH with a property identifier of two bytes, 30 07 00 01 61 03 80 01 01",
        "PUBLISH with a property length of five bytes, 30 08 00 01 61 80 80 80 80 00",
        "PUBLISH without topic and alias, 30 03 00 00 00",
        "PUBACK with a property length beyond its end, 40 04 00 01 00 05",
        "SUBSCRIBE without property length, 82 06 00 01 00 01 61 00",
        "SUBSCRIBE with a filter longer than the packet, 82 07 00 01 00 00 09 61 00",
        "SUBSCRIBE without options, 82 06 00 01 00 00 01 61",
        "SUBSCRIBE with QoS 3, 82 07 00 01 00 00 01 61 03",
        "SUBSCRIBE with retain handling 3, 82 07 00 01 00 00 01 61 30",
        "SUBSCRIBE with a reserved option, 82 07 00 01 00 00 01 61 40",
        "SUBSCRIBE with identifier 0, 82 07 00 00 00 00 01 61 00",
        "UNSUBSCRIBE without property length, a2 05 00 01 00 01 61",
        "UNSUBSCRIBE with identifier 0, a2 06 00 00 00 00 01 61",
        "AUTH with an unknown code, f0 01 01",
    })
    @Normative(v5 = {"MQTT-4.13.1-1", "MQTT-3.15.2-1", "MQTT-3.8.3-5", "MQTT-2.2.2-1", "MQTT-4.7.3-1"})
    void wrongInMqtt5(String what, String hex) {
        expectRejected(V5, hex);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "PUBLISH with payload format 2, 30 06 00 01 61 02 01 02",
        "PUBACK with an unknown code, 40 03 00 01 7f",
        "PUBACK with a code of PUBCOMP, 40 03 00 01 92",
        "PUBREC with an unknown code, 50 03 00 01 01",
        "PUBREL with an unknown code, 62 03 00 01 80",
        "PUBCOMP with an unknown code, 70 03 00 01 10",
    })
    @Normative(v5 = {"MQTT-4.13.1-1", "MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.6.2-1", "MQTT-3.7.2-1"})
    @MosquittoDeviates("ignores codes and the payload format")
    void valueThatIsNotListedIsWrongInMqtt5(String what, String hex) {
        expectRejected(V5, hex);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "unknown code, e0 01 01",
        "a code of the server, e0 01 8d",
        "a code of CONNACK, e0 01 85",
        "property length beyond its end, e0 02 00 05",
        "cut property, e0 04 00 02 11 00",
        "reserved flags, e1 00",
    })
    @Normative(v5 = {"MQTT-3.14.2-1", "MQTT-3.14.1-1", "MQTT-4.13.1-1"})
    void wrongDisconnectDoesNotDropTheWill(String what, String hex) {
        broker.skipOnMosquitto(hex.startsWith("e0 01"), "takes any code");
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 0);

        broker.client(V5, connect(broker.id()).will(will(topic, "a bad end")))
                .sendHex(hex)
                .expectEnd(MALFORMED, PROTOCOL_ERROR);

        watcher.receive(topic, "a bad end");
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.4-1", v311 = "MQTT-3.1.4-1")
    void connectThatEndsEarlyIsRefused(MqttVersion version) {
        byte[] body = body(
                connect("client")
                        .with(sessionExpiry(60), user("a", "b"))
                        .will(will("topic", "payload").with(contentType("x")))
                        .userName("user")
                        .password("password"),
                version);
        for (int length = 0; length < body.length; length++) {
            MqttProbe probe = broker.open(version).send(packet(0x10, Arrays.copyOf(body, length)));
            if (version == V5) {
                probe.expectRefusal(MALFORMED, PROTOCOL_ERROR, 0x84);
            } else {
                probe.expectClosed();
            }
        }
    }

    @Test
    @Normative(v5 = "MQTT-3.1.4-1", v311 = "MQTT-3.1.4-1")
    void connectThatIsTooLongIsRefused() {
        broker.open(V311).send(connect(broker.id()).trailing((byte) 0)).expectClosed();
        broker.open(V5).send(connect(broker.id()).trailing((byte) 0)).expectRefusal(MALFORMED, PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-4.13.1-1", v311 = "MQTT-4.8.0-1")
    void packetThatEndsEarlyIsRejected(MqttVersion version) {
        for (PacketBuilder<?> packet : new PacketBuilder<?>[] {
            publish(broker.topic("t"), "").qos(1, 1).with(user("a", "b"), contentType("c")),
            subscribe(1).filter(broker.topic("t"), 1).with(user("a", "b"), subscriptionId(300)),
            unsubscribe(1, broker.topic("t")).with(user("a", "b")),
        }) {
            byte[] whole = packet.encode(version);
            byte[] body = body(packet, version);
            for (int length = 0; length < body.length; length++) {
                broker.client(version)
                        .send(packet(whole[0] & 0xFF, Arrays.copyOf(body, length)))
                        .expectDisconnect(MALFORMED, PROTOCOL_ERROR, 0x90);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    void otherConnectionsAreNotTouched(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe innocent = broker.subscriber(version, topic, 1);

        for (int i = 0; i < 20; i++) {
            broker.client(version).sendHex("00 00").expectDisconnect(MALFORMED, PROTOCOL_ERROR);
        }

        broker.client(version).publish(topic, "still here", 1);
        innocent.receive(topic, "still here");
    }

    private static byte[] body(PacketBuilder<?> packet, MqttVersion version) {
        byte[] whole = packet.encode(version);
        int header = whole.length > 129 ? 3 : 2;
        return Arrays.copyOfRange(whole, header, whole.length);
    }

    private static byte[] packet(int header, byte[] body) {
        return new WireWriter().u8(header).varInt(body.length).raw(body).bytes();
    }
}
