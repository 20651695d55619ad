package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Property.maximumPacketSize;
import static io.wkmq.testing.mqtt.Property.requestProblemInformation;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.WireWriter;
import io.wkmq.testing.normative.Normative;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what a client observes that is refused, or not permitted to do something. */
@ProtocolTest
class RefusalTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private ConnectBuilder refusedUser() {
        return connect(broker.id()).userName(BrokerUnderTest.REFUSED_USER).password("wrong");
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {
                "MQTT-3.1.4-2",
                "MQTT-3.2.2-6",
                "MQTT-3.2.2-7",
                "MQTT-3.2.2-8",
                "MQTT-4.13.2-1",
                "MQTT-3.14.0-1",
            },
            v311 = {"MQTT-3.2.2-4", "MQTT-3.2.2-5"})
    void wrongPasswordIsRefusedAndClosed(MqttVersion version) {
        broker.require(BrokerFeature.REFUSED_USER);

        Optional<Connack> refusal = broker.open(version).send(refusedUser()).expectRefusal(expectedCodes(version));

        assertThat(refusal)
                .hasValueSatisfying(
                        connack -> assertThat(connack.sessionPresent()).isFalse());
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.1.4-6", v311 = "MQTT-3.1.4-5")
    void packetsBehindARefusedConnectAreNotProcessed(MqttVersion version) {
        broker.require(BrokerFeature.REFUSED_USER);
        String topic = broker.topic("t");
        MqttProbe watcher = broker.subscriber(version, topic, 0);

        broker.open(version)
                .send(new WireWriter()
                        .raw(refusedUser().encode(version))
                        .raw(publish(topic, "must not arrive").encode(version))
                        .bytes());
        watcher.expectNothing(BrokerUnderTest.QUIET);

        broker.client(version).publish(topic, "marker", 0);
        watcher.receive(topic, "marker");
    }

    @Test
    @Normative(v5 = {"MQTT-3.2.2-19", "MQTT-3.2.2-20", "MQTT-3.1.2-24"})
    void refusalFitsTheClientsMaximumPacketSize() {
        broker.require(BrokerFeature.REFUSED_USER);

        Optional<Connack> refusal =
                broker.open(V5).send(refusedUser().with(maximumPacketSize(8))).expectRefusal(0x86, 0x87);

        assertThat(refusal).isPresent();
    }

    @Test
    void refusedConnectionDoesNotTakeOver() {
        broker.require(BrokerFeature.REFUSED_USER);
        String id = broker.id();
        MqttProbe client = broker.client(V311, connect(id));

        broker.open(V311)
                .send(connect(id).userName(BrokerUnderTest.REFUSED_USER).password("wrong"))
                .expectRefusal(4, 5);

        client.ping();
    }

    @Test
    @Normative(v311 = "MQTT-3.3.5-2")
    void deniedPublishOfMqtt3IsAnsweredOrEndsTheConnection() {
        broker.require(BrokerFeature.DENIED_TOPICS);
        String topic = BrokerUnderTest.DENIED_TOPICS + "/" + broker.id();
        MqttProbe client = broker.client(V311).send(publish(topic, "x").qos(1, 7));

        assertThat(client.expect(Puback.class).packetId()).isEqualTo(7);
        assertThat(client.send(publish(topic, "x").qos(2, 8))
                        .expect(Pubrec.class)
                        .packetId())
                .isEqualTo(8);
        client.ping();
    }

    @Test
    @Normative(v5 = {"MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-4.3.3-9"})
    void deniedPublishOfMqtt5IsToldSo() {
        broker.require(BrokerFeature.DENIED_TOPICS);
        String topic = BrokerUnderTest.DENIED_TOPICS + "/" + broker.id();
        MqttProbe client = broker.client(V5);

        assertThat(client.send(publish(topic, "x").qos(1, 7))
                        .expect(Puback.class)
                        .code())
                .isEqualTo(0x87);
        assertThat(client.send(publish(topic, "x").qos(2, 7))
                        .expect(Pubrec.class)
                        .code())
                .isEqualTo(0x87);
        String allowed = broker.topic("allowed");
        client.subscribe(allowed, 0);
        client.publish(publish(allowed, "same id is new"), 2);
        client.receive(allowed, "same id is new");
    }

    @Test
    @Normative(
            v5 = {"MQTT-3.8.4-7", "MQTT-3.9.3-1", "MQTT-3.9.3-2"},
            v311 = {"MQTT-3.9.3-1", "MQTT-3.9.3-2"})
    @MosquittoDeviates("grants every subscription and filters what is delivered")
    void deniedSubscriptionFailsAlone() {
        broker.require(BrokerFeature.DENIED_TOPICS);
        String denied = BrokerUnderTest.DENIED_TOPICS + "/" + broker.id();
        String allowed = broker.topic("a");

        for (MqttVersion version : new MqttVersion[] {V311, V5}) {
            Suback suback = broker.client(version)
                    .subscribe(subscribe(1).filter(allowed, 1).filter(denied, 1).filter(allowed + "/b", 2));

            assertThat(suback.codes()).isEqualTo(List.of(1, version == V5 ? 0x87 : 0x80, 2));
        }
    }

    @Test
    @Normative(v5 = {"MQTT-3.4.2-2", "MQTT-3.4.2-3", "MQTT-3.5.2-2", "MQTT-3.5.2-3", "MQTT-3.1.2-24"})
    void denialFitsTheClientsMaximumPacketSize() {
        broker.require(BrokerFeature.DENIED_TOPICS);
        String topic = BrokerUnderTest.DENIED_TOPICS + "/" + broker.id();
        MqttProbe client = broker.client(V5, connect(broker.id()).with(maximumPacketSize(60)));

        assertThat(client.send(publish(topic, "x").qos(1, 1))
                        .expect(Puback.class)
                        .code())
                .isEqualTo(0x87);
        assertThat(client.send(publish(topic, "x").qos(2, 2))
                        .expect(Pubrec.class)
                        .code())
                .isEqualTo(0x87);
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-29")
    void denialIsBareWithoutProblemInformation() {
        broker.require(BrokerFeature.DENIED_TOPICS);
        String topic = BrokerUnderTest.DENIED_TOPICS + "/" + broker.id();
        MqttProbe client = broker.client(V5, connect(broker.id()).with(requestProblemInformation(0)));

        client.send(publish(topic, "x").qos(1, 1)).expect(Puback.class);
        client.send(publish(topic, "x").qos(2, 2)).expect(Pubrec.class);
        client.subscribe(subscribe(3).filter(topic, 1));
    }

    private static int[] expectedCodes(MqttVersion version) {
        return version == V5 ? new int[] {0x86, 0x87} : new int[] {4, 5};
    }
}
