package io.wkmq.testing.mqtt;

import static io.wkmq.testing.mqtt.MqttVersion.V31;
import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.auth;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.disconnect;
import static io.wkmq.testing.mqtt.Packets.pingreq;
import static io.wkmq.testing.mqtt.Packets.puback;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Packets.unsubscribe;
import static io.wkmq.testing.mqtt.Property.authenticationMethod;
import static io.wkmq.testing.mqtt.Property.messageExpiry;
import static io.wkmq.testing.mqtt.Property.reasonString;
import static io.wkmq.testing.mqtt.Property.sessionExpiry;
import static io.wkmq.testing.mqtt.Property.subscriptionId;
import static io.wkmq.testing.mqtt.Property.user;
import static io.wkmq.testing.mqtt.Property.willDelay;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PacketBuilderTest {
    // Written by hand from the standards' tables.
    static Stream<Arguments> packets() {
        return Stream.of(
                arguments(connect("a"), V31, "10 0f 00 06 4d 51 49 73 64 70 03 02 00 3c 00 01 61"),
                arguments(connect("a"), V311, "10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 61"),
                arguments(connect("a"), V5, "10 0e 00 04 4d 51 54 54 05 02 00 3c 00 00 01 61"),
                arguments(
                        connect("a").cleanStart(false).keepAlive(0x0102).with(sessionExpiry(7)),
                        V5,
                        "10 13 00 04 4d 51 54 54 05 00 01 02 05 11 00 00 00 07 00 01 61"),
                arguments(
                        connect("a").will(will("w", "bye").qos(2).retain()),
                        V311,
                        "10 15 00 04 4d 51 54 54 04 36 00 3c 00 01 61 00 01 77 00 03 62 79 65"),
                arguments(
                        connect("a").will(will("w", "").with(willDelay(1))),
                        V5,
                        "10 19 00 04 4d 51 54 54 05 06 00 3c 00 00 01 61 05 18 00 00 00 01 00 01 77 00 00"),
                arguments(
                        connect("a").userName("u").password("p"),
                        V311,
                        "10 13 00 04 4d 51 54 54 04 c2 00 3c 00 01 61 00 01 75 00 01 70"),
                arguments(publish("t", "x"), V311, "30 04 00 01 74 78"),
                arguments(publish("t", "x").qos(1, 10).retain(), V311, "33 06 00 01 74 00 0a 78"),
                arguments(publish("t", "x").qos(2, 10).duplicate(), V5, "3c 07 00 01 74 00 0a 00 78"),
                arguments(publish("t", "").with(messageExpiry(1)), V5, "30 09 00 01 74 05 02 00 00 00 01"),
                arguments(puback(258), V5, "40 02 01 02"),
                arguments(puback(1).code(0x10), V5, "40 03 00 01 10"),
                arguments(puback(1).code(0x10), V311, "40 02 00 01"),
                arguments(pubrel(1), V311, "62 02 00 01"),
                arguments(pubrel(1).with(reasonString("r")), V5, "62 08 00 01 00 04 1f 00 01 72"),
                arguments(subscribe(1).filter("a", 1), V311, "82 06 00 01 00 01 61 01"),
                arguments(
                        subscribe(1).filter("a", 0x2E).with(subscriptionId(300)),
                        V5,
                        "82 0a 00 01 03 0b ac 02 00 01 61 2e"),
                arguments(unsubscribe(2, "a", "b"), V5, "a2 09 00 02 00 00 01 61 00 01 62"),
                arguments(pingreq(), V311, "c0 00"),
                arguments(disconnect(), V5, "e0 00"),
                arguments(disconnect(4), V311, "e0 00"),
                arguments(disconnect(4), V5, "e0 01 04"),
                arguments(disconnect().with(user("k", "v")), V5, "e0 09 00 07 26 00 01 6b 00 01 76"),
                arguments(auth(0x18).with(authenticationMethod("m")), V5, "f0 06 18 04 15 00 01 6d"));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void encodesAsTheStandardSays(PacketBuilder<?> packet, MqttVersion version, String hex) {
        assertThat(Hex.of(packet.encode(version))).isEqualTo(hex);
    }

    @Test
    void remainingLengthTakesAsManyBytesAsItNeeds() {
        byte[] packet = publish("t", new byte[125]).encode(V311);

        assertThat(Hex.abbreviated(packet, 3)).startsWith("30 80 01");
        assertThat(packet).hasSize(3 + 128);
    }

    @Test
    void anythingCanBeMadeWrong() {
        assertThat(Hex.of(pingreq().flags(5).trailing((byte) 1).encode(V311))).isEqualTo("c5 01 01");
        assertThat(Hex.of(puback(0).rawProperties((byte) 9).encode(V5))).isEqualTo("40 04 00 00 00 09");
        assertThat(Hex.of(publish("t", "x").qosBits(3).encode(V311))).isEqualTo("36 04 00 01 74 78");
        assertThat(Hex.of(publish("t", "x").encodeTruncated(V311, 4))).isEqualTo("30 04 00 01");
    }
}
