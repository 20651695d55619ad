package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.puback;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Property.receiveMaximum;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.normative.Normative;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** QoS 1 in both directions (4.3.2, 4.4). */
@ProtocolTest
class PublishQos1Test {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 32_768, 65_535})
    @Normative(
            v5 = {"MQTT-3.3.4-1", "MQTT-2.2.1-5", "MQTT-4.3.2-4", "MQTT-3.4.2-1"},
            v311 = {"MQTT-3.3.4-1", "MQTT-2.3.1-6", "MQTT-4.3.2-2"})
    void isAnsweredByPubackWithItsIdentifier(int packetId) {
        for (MqttVersion version : MqttVersion.values()) {
            Puback puback = broker.client(version)
                    .send(publish(broker.topic("t"), "x").qos(1, packetId))
                    .expect(Puback.class);

            assertThat(puback.packetId()).isEqualTo(packetId);
            assertThat(puback.code()).isIn(0x00, 0x10);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-4.3.2-1", "MQTT-4.3.2-2", "MQTT-2.2.1-4", "MQTT-3.3.1-3"},
            v311 = {"MQTT-4.3.2-1", "MQTT-2.3.1-1", "MQTT-2.3.1-4", "MQTT-3.3.1-3"})
    void isDeliveredWithANewIdentifierAndWithoutDup(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 1);
        MqttProbe publisher = broker.client(version);

        publisher.send(publish(topic, "dup at the publisher").qos(1, 9).duplicate());
        assertThat(publisher.expect(Puback.class).packetId()).isEqualTo(9);

        Publish publish = subscriber.expectPublish(topic, "dup at the publisher");
        assertThat(publish.duplicate()).isFalse();
        assertThat(publish.packetId()).isPositive();
        subscriber.acknowledge(publish);
    }

    @Test
    @Normative(
            v5 = {"MQTT-4.3.2-1", "MQTT-2.2.1-4"},
            v311 = {"MQTT-4.3.2-1", "MQTT-2.3.1-4"})
    void identifiersOfUnacknowledgedMessagesDiffer() {
        String topic = broker.topic("t");
        for (MqttVersion version : MqttVersion.values()) {
            MqttProbe subscriber = broker.subscriber(version, topic, 1);
            MqttProbe publisher = broker.client(version);
            Set<Integer> ids = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                publisher.publish(topic, "m" + i, 1);
                assertThat(ids.add(subscriber.expectPublish(topic, "m" + i).packetId()))
                        .isTrue();
            }
            subscriber.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-4.3.2-5", v311 = "MQTT-4.3.2-2")
    void sameIdentifierAfterPubackIsANewMessage(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 1);
        MqttProbe publisher = broker.client(version);
        for (int i = 0; i < 3; i++) {
            publisher.send(publish(topic, "same").qos(1, 5));
            publisher.expect(Puback.class);
        }

        for (int i = 0; i < 3; i++) {
            subscriber.receive(topic, "same");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-4.3.2-3"},
            v311 = {"MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-4.3.2-1"})
    void unacknowledgedIsSentAgainAfterReconnect(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version, connect(id).keepSession());
        subscriber.subscribe(topic, 1);
        broker.client(version).publish(topic, "again", 1);
        Publish first = subscriber.expectPublish(topic, "again");
        subscriber.abort();

        MqttProbe back = broker.client(version, connect(id).keepSession());

        Publish second = back.expectPublish(topic, "again");
        assertThat(second.packetId()).isEqualTo(first.packetId());
        assertThat(second.duplicate()).isTrue();
        assertThat(second.qos()).isEqualTo(1);
        back.acknowledge(second);
        back.disconnect();
        broker.client(version, connect(id).keepSession()).expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = "MQTT-4.4.0-1")
    void nothingIsSentAgainOnTheSameConnection() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 1);
        broker.client(V5).publish(topic, "once", 1);

        subscriber.expectPublish(topic, "once");

        subscriber.expectNothing(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x83, 0x87, 0x90, 0x97, 0x99})
    @Normative(v5 = "MQTT-4.4.0-2")
    void errorPubackIsFinal(int code) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession().with(receiveMaximum(1)));
        subscriber.subscribe(topic, 1);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "refused", 1);
        publisher.publish(topic, "next", 1);

        subscriber.send(
                puback(subscriber.expectPublish(topic, "refused").packetId()).code(code));

        subscriber.receive(topic, "next");
        subscriber.disconnect();
        broker.client(V5, connect(id).keepSession()).expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-2.2.1-5", "MQTT-4.13.1-1"},
            v311 = {"MQTT-2.3.1-1", "MQTT-4.8.0-1"})
    void identifier0IsAnError(MqttVersion version) {
        broker.client(version).send(publish(broker.topic("t"), "x").qos(1, 0)).expectDisconnect(0x81, 0x82);
        broker.client(version).send(publish(broker.topic("t"), "x").qos(2, 0)).expectDisconnect(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource
    void pubackForNothingDoesNoHarm(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe client = broker.subscriber(version, topic, 1);

        client.send(puback(4711));

        broker.client(version).publish(topic, "still here", 1);
        client.receive(topic, "still here");
    }

    @Test
    @Normative(v5 = {"MQTT-4.5.0-1"})
    void noMatchingSubscribersIsASuccess() {
        MqttProbe publisher = broker.client(V5);

        publisher.send(publish(broker.topic("nobody"), "x").qos(1, 1));

        assertThat(publisher.expect(Puback.class).code()).isIn(0x00, 0x10);
    }
}
