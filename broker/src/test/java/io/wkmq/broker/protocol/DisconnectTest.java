package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.disconnect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Property.maximumPacketSize;
import static io.wkmq.testing.mqtt.Property.reasonString;
import static io.wkmq.testing.mqtt.Property.user;
import static io.wkmq.testing.mqtt.WillBuilder.will;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.WireWriter;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DISCONNECT (3.14). */
@ProtocolTest
class DisconnectTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.14.4-1")
    void isAnsweredByTheEndOfTheConnectionOnly(MqttVersion version) {
        broker.client(version).send(disconnect()).expectClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99})
    @Normative(v5 = "MQTT-3.14.2-1")
    void reasonsOfClientsAreAccepted(int code) {
        broker.client(V5)
                .send(disconnect(code).with(reasonString("because"), user("a", "b")))
                .expectClosed();
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.14.1-1", "MQTT-2.1.3-1"},
            v311 = {"MQTT-3.14.1-1", "MQTT-2.2.2-2"})
    void reservedBitsAreChecked(MqttVersion version) {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 1);

        MqttProbe client = broker.client(
                version, connect(broker.id()).will(will(topic, "not a good end").qos(1)));
        client.send(disconnect().flags(1)).expectDisconnect(0x81);

        watcher.receive(topic, "not a good end");
    }

    @Test
    @Normative(
            v5 = {"MQTT-3.14.4-1", "MQTT-3.14.4-2"},
            v311 = "MQTT-4.8.0-1")
    void packetsBehindDisconnectAreNotProcessed() {
        String topic = broker.topic("t");
        for (MqttVersion version : new MqttVersion[] {V311, V5}) {
            MqttProbe watcher = broker.subscriber(version, topic, 0);

            broker.client(version)
                    .send(new WireWriter()
                            .raw(disconnect().encode(version))
                            .raw(publish(topic, "too late").encode(version))
                            .bytes());
            watcher.expectNothing(BrokerUnderTest.QUIET);
            broker.client(version).publish(topic, "marker", 0);

            watcher.receive(topic, "marker");
            watcher.close();
        }
    }

    @Test
    @Normative(
            v5 = {
                "MQTT-3.14.2-1",
                "MQTT-3.14.2-2",
                "MQTT-3.14.2-3",
                "MQTT-3.14.2-4",
                "MQTT-3.14.4-1",
                "MQTT-3.14.4-2",
                "MQTT-4.13.2-1",
                "MQTT-3.1.2-24"
            })
    void disconnectOfTheServerFitsTheClientAndIsTheLastPacket() {
        broker.client(V5, connect(broker.id()).with(maximumPacketSize(30)))
                .send(subscribe(0).filter("t", 0))
                .expectDisconnect(0x81, 0x82);
    }

    @Test
    @Normative(v5 = {"MQTT-3.14.0-1"})
    void serverSendsNoDisconnectBeforeConnack() {
        broker.open(V5).send(connect(broker.id()).connectFlags(3)).expectRefusal(0x81);
    }
}
