package io.wkmq.testing.mqtt;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServerPacketDecoderTest {
    static Stream<Arguments> packetsThatThisClientDidNotAllow() {
        return Stream.of(
                arguments("30 07 00 00 03 23 00 02 79", "topic alias 2, never set before"),
                arguments("30 08 00 01 74 03 23 00 03 78", "topic alias 3, the client's maximum is 2"),
                arguments("40 08 00 01 00 04 1f 00 01 72", "wants none"),
                arguments("30 0a 00 01 74 00 30 31 32 33 34 35", "12 bytes, the client's maximum packet size is 11"));
    }

    @ParameterizedTest
    @MethodSource("packetsThatThisClientDidNotAllow")
    void rejectsWhatConnectDidNotAllow(String hex, String reason) {
        MqttProbe probe = MqttProbe.over(new ScriptedWire().says(hex), V5);

        probe.send(Packets.connect("a")
                .with(
                        Property.topicAliasMaximum(2),
                        Property.maximumPacketSize(11),
                        Property.requestProblemInformation(0)));

        assertThatThrownBy(() -> probe.expectNothing(Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(reason);
    }

    static Stream<Arguments> wrongPackets() {
        return Stream.of(
                arguments(V5, "20 03 02 00 00", "acknowledge flags"),
                arguments(V5, "20 03 01 87 00", "session present"),
                arguments(V5, "20 03 00 8e 00", "0x8e, which is not one of its codes"),
                arguments(V311, "20 02 00 06", "0x06, which is not one of its codes"),
                arguments(V5, "20 03 00 00 01", "ends early"),
                arguments(V5, "20 08 00 00 05 18 00 00 00 01", "may not have WILL_DELAY_INTERVAL=1"),
                arguments(V5, "20 09 00 00 06 21 00 01 21 00 01", "twice"),
                arguments(V5, "20 06 00 00 03 21 00 00", "out of range"),
                arguments(V5, "20 05 00 00 02 25 02", "out of range"),
                arguments(V5, "20 05 00 00 02 7f 01", "There is no property 127"),
                arguments(V5, "21 03 00 00 00", "has the flags 1"),
                arguments(V311, "20 03 00 00 00", "1 bytes too many"),
                arguments(V311, "36 06 00 01 74 00 01 78", "QoS 3"),
                arguments(V311, "38 04 00 01 74 78", "QoS 0 and DUP"),
                arguments(V311, "30 04 00 01 23 78", "has the topic '#'"),
                arguments(V311, "30 03 00 00 78", "no topic"),
                arguments(V311, "32 06 00 01 74 00 00 78", "packet id is 0"),
                arguments(V311, "30 05 00 02 c3 28 78", "not UTF-8"),
                arguments(V311, "30 05 00 02 74 00 78", "U+0000"),
                arguments(V5, "30 07 00 00 03 23 00 07 79", "the client's maximum is 0"),
                arguments(V5, "30 07 00 01 74 02 0b 00 78", "out of range"),
                arguments(V5, "40 03 00 01 92", "not one of its codes"),
                arguments(V311, "60 02 00 01", "has the flags 0, expected 2"),
                arguments(V311, "90 03 00 01 03", "not one of its codes"),
                arguments(V5, "90 03 00 01 00", "has no codes"),
                arguments(V5, "90 05 00 01 80 00 00", "variable byte integer"),
                arguments(V5, "e0 07 00 05 11 00 00 00 00", "may not have SESSION_EXPIRY_INTERVAL"),
                arguments(V5, "e0 01 04", "not one of its codes"),
                arguments(V311, "e0 00", "client of V311"),
                arguments(V5, "f0 01 19", "not one of its codes"),
                arguments(V5, "c0 00", "never sends PINGREQ"),
                arguments(V5, "d0 ff ff ff ff 01", "more than 4 bytes"));
    }

    @ParameterizedTest
    @MethodSource("wrongPackets")
    void rejectsWhatNoServerMaySend(MqttVersion version, String hex, String reason) {
        MqttProbe probe = MqttProbe.over(new ScriptedWire().says(hex), version);

        assertThatThrownBy(() -> probe.expectNothing(Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(reason);
    }
}
