package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.pingreq;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Pingresp;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.WebSocketWire;
import io.wkmq.testing.mqtt.WireWriter;
import io.wkmq.testing.normative.Normative;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT over WebSocket (6). */
@ProtocolTest
class WebSocketTest {
    private static final byte[] NOTHING = {};

    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private WebSocketWire wire(String subprotocols) throws IOException {
        broker.require(BrokerFeature.WEBSOCKET);
        BrokerEndpoint endpoint = broker.endpoint();
        return WebSocketWire.open(endpoint.host(), endpoint.webSocketPort(), "/mqtt", subprotocols);
    }

    private MqttProbe probe(WebSocketWire wire, MqttVersion version) {
        assertThat(wire.accepted()).as(wire.response()).isTrue();
        return broker.closedAtTheEnd(MqttProbe.over(wire, version));
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-6.0.0-4", "MQTT-6.0.0-1"},
            v311 = {"MQTT-6.0.0-4", "MQTT-6.0.0-1"})
    void serverChoosesTheSubprotocolAndSpeaksMqtt(MqttVersion version) throws IOException {
        WebSocketWire wire = wire("mqtt");
        String topic = broker.topic("t");
        MqttProbe probe = probe(wire, version);

        assertThat(wire.subprotocol()).hasValue("mqtt");
        probe.connect(broker.id());
        probe.subscribe(topic, 2);
        probe.publish(topic, "x", 2);
        probe.receive(topic, "x");
        probe.disconnect();
    }

    @Test
    @Normative(v5 = "MQTT-6.0.0-4", v311 = "MQTT-6.0.0-4")
    void mqttIsChosenAmongSeveralSubprotocols() throws IOException {
        try (WebSocketWire wire = wire("chat, mqtt, superchat")) {
            assertThat(wire.accepted()).as(wire.response()).isTrue();
            assertThat(wire.subprotocol()).hasValue("mqtt");
        }
    }

    @Test
    void clientsOfMqtt31UseTheirSubprotocol() throws IOException {
        try (WebSocketWire wire = wire("mqttv3.1")) {
            assertThat(wire.subprotocol().orElse("mqttv3.1")).isEqualTo("mqttv3.1");
        }
    }

    @Test
    @Normative(v5 = "MQTT-6.0.0-2", v311 = "MQTT-6.0.0-2")
    void oneFrameMayHoldSeveralPackets() throws IOException {
        MqttProbe probe = probe(wire("mqtt"), V5);

        probe.send(new WireWriter()
                .raw(connect(broker.id()).encode(V5))
                .raw(subscribe(1).filter(broker.topic("t"), 0).encode(V5))
                .raw(pingreq().encode(V5))
                .bytes());

        probe.expect(Connack.class);
        probe.await(Suback.class);
        probe.await(Pingresp.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7})
    @Normative(v5 = "MQTT-6.0.0-2", v311 = "MQTT-6.0.0-2")
    void packetsMaySpanFrames(int frameBytes) throws IOException {
        String topic = broker.topic("t");
        MqttProbe probe = probe(wire("mqtt"), V5);
        byte[] all = new WireWriter()
                .raw(connect(broker.id()).encode(V5))
                .raw(subscribe(1).filter(topic, 0).encode(V5))
                .raw(publish(topic, "in pieces").encode(V5))
                .bytes();

        for (int start = 0; start < all.length; start += frameBytes) {
            probe.send(Arrays.copyOfRange(all, start, Math.min(all.length, start + frameBytes)));
        }

        probe.expect(Connack.class);
        probe.await(Suback.class);
        probe.expectPublish(topic, "in pieces");
    }

    @Test
    @Normative(v5 = "MQTT-6.0.0-2", v311 = "MQTT-6.0.0-2")
    void messagesMayBeFragmented() throws IOException {
        WebSocketWire wire = wire("mqtt");
        MqttProbe probe = probe(wire, V311);
        byte[] packet = connect(broker.id()).encode(V311);

        wire.writeFrame(false, WebSocketWire.BINARY, Arrays.copyOfRange(packet, 0, 4));
        wire.writeFrame(false, WebSocketWire.CONTINUATION, NOTHING);
        wire.writeFrame(true, WebSocketWire.CONTINUATION, Arrays.copyOfRange(packet, 4, packet.length));

        assertThat(probe.expect(Connack.class).code()).isZero();
    }

    @Test
    void emptyFramesAreHarmless() throws IOException {
        WebSocketWire wire = wire("mqtt");
        MqttProbe probe = probe(wire, V5);
        wire.writeFrame(true, WebSocketWire.BINARY, NOTHING);
        probe.connect(broker.id());
        wire.writeFrame(true, WebSocketWire.BINARY, NOTHING);
        probe.ping();
    }

    @Test
    @Normative(v5 = "MQTT-6.0.0-1", v311 = "MQTT-6.0.0-1")
    @MosquittoDeviates("takes text frames for binary ones")
    void textFramesEndTheConnection() throws IOException {
        WebSocketWire wire = wire("mqtt");
        MqttProbe probe = probe(wire, V5);
        probe.connect(broker.id());

        wire.writeFrame(true, WebSocketWire.TEXT, pingreq().encode(V5));

        probe.expectEnd(0x81, 0x82);
    }

    @Test
    void pingFramesAreAnswered() throws IOException {
        WebSocketWire wire = wire("mqtt");
        MqttProbe probe = probe(wire, V5);
        probe.connect(broker.id());

        wire.writeFrame(true, WebSocketWire.PING, new byte[] {1, 2, 3});
        probe.ping();
        probe.ping();

        assertThat(wire.pongs()).isEqualTo(1);
    }

    @Test
    void closingFrameWithoutDisconnectPublishesTheWill() throws IOException {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 0);
        WebSocketWire wire = wire("mqtt");
        probe(wire, V5).connect(connect(broker.id()).will(will(topic, "gone")));

        wire.writeFrame(true, WebSocketWire.CLOSE, new byte[] {0x03, (byte) 0xE8});

        watcher.receive(topic, "gone");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 125, 126, 65_000, 65_536, 200_000})
    void largePacketsPassBothWays(int size) throws IOException {
        String topic = broker.topic("t");
        byte[] payload = new byte[size];
        Arrays.fill(payload, (byte) size);
        MqttProbe probe = probe(wire("mqtt"), V5);
        probe.connect(broker.id());
        probe.subscribe(topic, 1);

        probe.send(publish(topic, payload));

        assertThat(probe.expect(Publish.class).payload()).isEqualTo(payload);
    }

    @Test
    void webSocketAndTcpClientsMeet() throws IOException {
        String topic = broker.topic("t");
        MqttProbe web = probe(wire("mqtt"), V5);
        web.connect(broker.id());
        web.subscribe(topic, 1);
        MqttProbe tcp = broker.subscriber(V311, topic, 1);

        web.publish(topic, "from the web", 1);
        web.receive(topic, "from the web");
        tcp.receive(topic, "from the web");
        tcp.publish(topic, "from tcp", 1);
        web.receive(topic, "from tcp");
    }
}
