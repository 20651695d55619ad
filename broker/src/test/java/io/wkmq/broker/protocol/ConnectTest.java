package io.wkmq.broker.protocol;

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
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.PacketBuilder;
import io.wkmq.testing.mqtt.Properties;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Pingresp;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.WireWriter;
import io.wkmq.testing.normative.Normative;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT (3.1): how a connection begins. */
@ProtocolTest
class ConnectTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.1.4-5", "MQTT-3.2.0-1", "MQTT-3.1.2-6", "MQTT-3.2.2-8"},
            v311 = {"MQTT-3.1.4-4", "MQTT-3.2.0-1"})
    void connectIsAnsweredByConnack(MqttVersion version) {
        Connack connack = broker.open(version).connect(broker.id());

        assertThat(connack.code()).isZero();
        assertThat(connack.sessionPresent()).isFalse();
    }

    static Stream<PacketBuilder<?>> firstPackets() {
        return Stream.of(
                publish("t", "x"),
                publish("t", "x").qos(1, 1),
                puback(1),
                pubrel(1),
                subscribe(1).filter("t", 0),
                unsubscribe(1, "t"),
                pingreq(),
                disconnect(),
                auth(0x18));
    }

    @ParameterizedTest
    @MethodSource("firstPackets")
    @Normative(
            v5 = {"MQTT-3.1.0-1", "MQTT-3.14.0-1", "MQTT-4.13.1-1"},
            v311 = {"MQTT-3.1.0-1", "MQTT-4.8.0-1"})
    void firstPacketHasToBeConnect(PacketBuilder<?> packet) {
        broker.open(V311).send(packet).expectClosed();
        broker.open(V5).send(packet).expectClosed();
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.1.0-2", "MQTT-3.2.0-2"},
            v311 = {"MQTT-3.1.0-2", "MQTT-4.8.0-1"})
    void secondConnectEndsTheConnection(MqttVersion version) {
        String id = broker.id();

        broker.client(version, connect(id)).send(connect(id)).expectDisconnect(0x82);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MQTX", "mqtt", "", "MQTTT", "MQT", "AMQP"})
    @Normative(v5 = "MQTT-3.1.2-1", v311 = "MQTT-3.1.2-1")
    void wrongProtocolNameIsNotServed(String name) {
        broker.open(V311).send(connect(broker.id()).protocolName(name)).expectRefusal(1);
        broker.open(V5).send(connect(broker.id()).protocolName(name)).expectRefusal(0x84);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 6, 7, 127, 255})
    @Normative(v5 = "MQTT-3.1.2-2", v311 = "MQTT-3.1.2-2")
    void unsupportedLevelIsRefused(int level) {
        Optional<Connack> refusal =
                broker.open(V311).send(connect(broker.id()).level(level)).expectRefusal(1);

        assertThat(refusal).as("[MQTT-3.1.2-2] of 3.1.1 demands CONNACK 1").isPresent();
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.1.2-3", "MQTT-2.1.3-1", "MQTT-3.1.4-1"},
            v311 = {"MQTT-3.1.2-3", "MQTT-2.2.2-1", "MQTT-3.1.4-1"})
    void reservedConnectFlagHasToBeZero(MqttVersion version) {
        broker.open(version).send(connect(broker.id()).connectFlags(0x03)).expectRefusal(0x81);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 15})
    @Normative(
            v5 = {"MQTT-2.1.3-1", "MQTT-3.1.4-1"},
            v311 = {"MQTT-2.2.2-1", "MQTT-2.2.2-2", "MQTT-3.1.4-1"})
    void flagsOfTheFixedHeaderAre0(int flags) {
        broker.open(V311).send(connect(broker.id()).flags(flags)).expectClosed();
        broker.open(V5).send(connect(broker.id()).flags(flags)).expectRefusal(0x81);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.3-5", v311 = "MQTT-3.1.3-5")
    void identifiersOfUpTo23LettersAndDigitsAreAccepted(MqttVersion version) {
        String last = version == V5 ? "5" : "4";

        broker.client(version, connect(last));
        broker.client(version, connect("0123456789abcdefghijkl" + last));
        broker.client(version, connect("mnopqrstuvwxyzABCDEFGH" + last));
        broker.client(version, connect("IJKLMNOPQRSTUVWXYZ" + last));
    }

    @Test
    @Normative(v5 = "MQTT-3.1.3-8", v311 = "MQTT-3.1.3-9")
    void veryLongIdentifierIsServedOrRefused() {
        for (MqttVersion version : new MqttVersion[] {V311, V5}) {
            String id = broker.id() + "y".repeat(65_000);
            MqttProbe probe = broker.open(version).send(connect(id));
            Connack connack = probe.expect(Connack.class);
            if (connack.code() == 0) {
                probe.ping();
            } else {
                assertThat(connack.code()).isEqualTo(version == V5 ? 0x85 : 2);
                probe.expectClosed();
            }
        }
    }

    @Test
    @Normative(
            v5 = {"MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16"},
            v311 = "MQTT-3.1.3-6")
    void emptyIdentifierIsReplacedByAUniqueOne() {
        String first = assignedId(broker.open(V5).connect(""));
        String second = assignedId(broker.open(V5).connect(""));

        assertThat(first).isNotEmpty().isNotEqualTo(second);
        MqttProbe one = broker.client(V311, connect(""));
        MqttProbe two = broker.client(V311, connect(""));
        one.ping();
        two.ping();
    }

    @Test
    @Normative(v5 = {"MQTT-3.1.3-7", "MQTT-3.1.3-2"})
    void assignedIdentifierIsTheSessions() {
        MqttProbe first = broker.open(V5);
        String id = assignedId(first.connect(connect("").keepSession()));
        first.disconnect();

        Connack again = broker.open(V5).connect(connect(id).keepSession());

        assertThat(again.sessionPresent()).isTrue();
        assertThat(again.properties().has(PropertyType.ASSIGNED_CLIENT_IDENTIFIER))
                .isFalse();
    }

    @Test
    @Normative(v311 = {"MQTT-3.1.3-8", "MQTT-3.1.3-9", "MQTT-3.2.2-4", "MQTT-3.2.2-5"})
    void emptyIdentifierWithoutCleanSessionIsRejected() {
        Optional<Connack> refusal =
                broker.open(V311).send(connect("").cleanStart(false)).expectRefusal(2);

        assertThat(refusal).contains(new Connack(false, 2, Properties.NONE));
    }

    @ParameterizedTest
    @EnumSource
    void packetsMayFollowConnectAtOnce(MqttVersion version) {
        String topic = broker.topic("early");
        MqttProbe probe = broker.open(version);

        probe.send(new WireWriter()
                .raw(connect(broker.id()).encode(version))
                .raw(subscribe(1).filter(topic, 0).encode(version))
                .raw(publish(topic, "early").encode(version))
                .raw(pingreq().encode(version))
                .bytes());

        assertThat(probe.expect(Connack.class).code()).isZero();
        assertThat(probe.await(Suback.class).packetId()).isEqualTo(1);
        probe.await(Pingresp.class);
        probe.expectPublish(topic, "early");
    }

    @ParameterizedTest
    @EnumSource
    void packetsMayArriveByteByByte(MqttVersion version) {
        MqttProbe probe = broker.open(version);
        String topic = broker.topic("slow");

        for (byte b : connect(broker.id()).encode(version)) {
            probe.send(b);
        }
        assertThat(probe.expect(Connack.class).code()).isZero();
        for (byte b : subscribe(7).filter(topic, 1).encode(version)) {
            probe.send(b);
        }
        assertThat(probe.expect(Suback.class).packetId()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.1.3-2", v311 = "MQTT-3.1.3-2")
    void clientsOfAllVersionsMayUseOneIdentifierInTurn(MqttVersion version) {
        String id = broker.id();
        MqttVersion other = version == V31 ? V5 : V31;

        broker.client(version, connect(id).keepSession()).disconnect();
        Connack connack = broker.open(other).connect(connect(id).keepSession());

        assertThat(connack.sessionPresent()).isEqualTo(other == V5);
    }

    private static String assignedId(Connack connack) {
        return connack.properties()
                .text(PropertyType.ASSIGNED_CLIENT_IDENTIFIER)
                .orElseThrow(() -> new AssertionError("No assigned client identifier in " + connack));
    }
}
