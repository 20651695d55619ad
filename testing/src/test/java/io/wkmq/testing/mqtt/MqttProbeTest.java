package io.wkmq.testing.mqtt;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Pingresp;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MqttProbeTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final ScriptedWire server = new ScriptedWire();

    private MqttProbe probe(MqttVersion version) {
        return MqttProbe.over(server, version).within(SHORT);
    }

    @Test
    void readsPacketsThatArriveInPiecesOrTogether() {
        server.says("20").says("02 00").says("00 d0 00 40 02 00").says("01");
        MqttProbe probe = probe(V311);

        assertThat(probe.expect(Connack.class)).isEqualTo(new Connack(false, 0, Properties.NONE));
        assertThat(probe.expect(Pingresp.class)).isNotNull();
        assertThat(probe.expect(Puback.class).packetId()).isEqualTo(1);
    }

    @Test
    void readsPropertiesWithTheirTypes() {
        server.says("20 17 00 00 14 21 00 64 12 00 02 69 64 26 00 01 61 00 01 62 24 01 22 00 05");

        Properties properties = probe(V5).expect(Connack.class).properties();

        assertThat(properties.number(PropertyType.RECEIVE_MAXIMUM)).hasValue(100);
        assertThat(properties.text(PropertyType.ASSIGNED_CLIENT_IDENTIFIER)).hasValue("id");
        assertThat(properties.user()).containsExactly(new UserProperty("a", "b"));
        assertThat(properties.number(PropertyType.MAXIMUM_QOS)).hasValue(1);
        assertThat(properties.has(PropertyType.REASON_STRING)).isFalse();
        assertThat(properties.all()).hasSize(5);
    }

    @Test
    void resolvesTopicAliasesOfTheServer() {
        server.says("30 08 00 01 74 03 23 00 01 78").says("30 07 00 00 03 23 00 01 79");
        MqttProbe probe = probe(V5).send(Packets.connect("a").with(Property.topicAliasMaximum(1)));

        probe.expectPublish("t", "x");
        probe.expectPublish("t", "y");
    }

    @Test
    void awaitLeavesOtherPacketsForLater() {
        server.says("30 04 00 01 74 78").says("90 03 00 01 02").says("30 04 00 01 74 79");
        MqttProbe probe = probe(V311);

        assertThat(probe.await(Suback.class).codes()).isEqualTo(List.of(2));

        probe.expectPublish("t", "x");
        probe.expectPublish("t", "y");
    }

    @Test
    void drainTakesAllThatIsThere() {
        server.says("d0 00").says("90 03 00 01 02").says("d0 00").closes();
        MqttProbe probe = probe(V311);
        probe.await(Suback.class);

        assertThat(probe.drain(SHORT)).containsExactly(new Pingresp(), new Pingresp());
        probe.expectClosed();
    }

    @Test
    void acknowledgesAQos2PublishToTheEnd() {
        server.says("34 06 00 01 74 00 09 78").says("62 02 00 09");

        probe(V311).receive("t", "x");

        assertThat(server.written()).isEqualTo("50 02 00 09 70 02 00 09");
    }

    @Test
    void publishesWithEveryQosToTheEnd() {
        server.says("40 02 00 01").says("50 02 00 02").says("70 02 00 02");
        MqttProbe probe = probe(V311);

        probe.publish("t", "x", 0);
        probe.publish("t", "x", 1);
        probe.publish("t", "x", 2);

        assertThat(server.written())
                .isEqualTo("30 04 00 01 74 78 32 06 00 01 74 00 01 78 34 06 00 01 74 00 02 78 62 02 00 02");
    }

    @Test
    void failureShowsTheConversation() {
        server.says("d0 00");

        assertThatThrownBy(() -> probe(V311).sendHex("c0 00").expect(Connack.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Expected Connack but got Pingresp")
                .hasMessageContaining("-> PINGREQ  c0 00")
                .hasMessageContaining("<- Pingresp[]  d0 00");
    }

    @Test
    void silenceIsNotTheEnd() {
        assertThatThrownBy(() -> probe(V5).expectClosed()).hasMessageContaining("but got nothing");
        probe(V5).expectNothing(SHORT);
    }

    @Test
    void theEndIsNotSilence() {
        server.closes();

        assertThatThrownBy(() -> probe(V5).expectNothing(SHORT)).hasMessageContaining("the end of the connection");
        probe(V5).expectClosed();
    }

    @Test
    void disconnectOfMqtt5HasToSayWhy() {
        server.says("e0 02 81 00").closes();

        assertThatThrownBy(() -> probe(V5).expectDisconnect(0x82)).hasMessageContaining("0x81, expected [0x82]");
    }

    @Test
    void silentEndsAreAllowedOnDemandButNoWrongCodes() {
        server.closes();
        probe(V5).allowSilentEnds().expectDisconnect(0x82);

        server.says("e0 02 81 00");
        assertThatThrownBy(() -> probe(V5).allowSilentEnds().expectDisconnect(0x82))
                .hasMessageContaining("0x81, expected [0x82]");
    }

    @Test
    void mqtt3ServersOnlyClose() {
        server.closes();

        probe(V311).expectDisconnect(0x82);
        assertThat(probe(V311).expectRefusal(0x82)).isEmpty();
    }

    @Test
    void refusalNeedsAnErrorCode() {
        server.says("20 02 00 00");

        assertThatThrownBy(() -> probe(V311).expectRefusal(1)).hasMessageContaining("Connack[");
    }

    @Test
    void anErrorCodeIsNoSuccess() {
        server.says("40 04 00 01 97 00");

        assertThatThrownBy(() -> probe(V5).publish("t", "x", 1)).hasMessageContaining("Expected a success");
    }

    @Test
    void packetCutOffByTheEndFails() {
        server.says("30 04 00").closes();

        assertThatThrownBy(() -> probe(V311).expect(Publish.class)).hasMessageContaining("inside a packet");
    }

    @Test
    void speaksOverARealSocket() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                MqttProbe probe =
                        MqttProbe.open(listener.getInetAddress().getHostAddress(), listener.getLocalPort(), V311);
                Socket accepted = listener.accept()) {
            probe.send(Packets.pingreq());
            assertThat(accepted.getInputStream().readNBytes(2)).containsExactly(0xC0, 0x00);
            probe.expectNothing(SHORT);

            accepted.getOutputStream().write(Hex.parse("d0 00"));
            probe.expect(Pingresp.class);
            accepted.shutdownOutput();
            probe.expectClosed();
        }
    }
}
