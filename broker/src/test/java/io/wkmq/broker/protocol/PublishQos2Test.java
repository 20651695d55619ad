package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.normative.Normative;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** QoS 2 from a client to the server (4.3.3, receiver). */
@ProtocolTest
class PublishQos2Test {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 65_535})
    @Normative(
            v5 = {"MQTT-3.3.4-1", "MQTT-2.2.1-5", "MQTT-4.3.3-8", "MQTT-4.3.3-11", "MQTT-3.5.2-1", "MQTT-3.7.2-1"},
            v311 = {"MQTT-3.3.4-1", "MQTT-2.3.1-6", "MQTT-4.3.3-2"})
    void everyStepRepeatsTheIdentifier(int packetId) {
        for (MqttVersion version : MqttVersion.values()) {
            MqttProbe publisher = broker.client(version);

            publisher.send(publish(broker.topic("t"), "x").qos(2, packetId));
            assertThat(publisher.expect(Pubrec.class).packetId()).isEqualTo(packetId);
            publisher.send(pubrel(packetId));
            assertThat(publisher.expect(Pubcomp.class).packetId()).isEqualTo(packetId);
        }
    }

    @ParameterizedTest
    @CsvSource({"V31, 1", "V311, 1", "V5, 1", "V311, 5", "V5, 5"})
    @Normative(v5 = "MQTT-4.3.3-10", v311 = "MQTT-4.3.3-2")
    void repeatedPublishIsDeliveredOnce(MqttVersion version, int repetitions) {
        broker.skipOnMosquitto(repetitions > 1, "closes at the third copy");
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 2);
        MqttProbe publisher = broker.client(version);

        publisher.send(publish(topic, "once").qos(2, 3)).expect(Pubrec.class);
        for (int i = 0; i < repetitions; i++) {
            publisher.send(publish(topic, "once").qos(2, 3).duplicate());
            assertThat(publisher.expect(Pubrec.class).packetId()).isEqualTo(3);
        }
        publisher.send(pubrel(3)).expect(Pubcomp.class);
        publisher.publish(topic, "marker", 2);

        subscriber.receive(topic, "once");
        subscriber.receive(topic, "marker");
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = "MQTT-4.3.3-10",
            v311 = {"MQTT-4.3.3-2", "MQTT-4.1.0-1"})
    void repeatedPublishAfterReconnectIsDeliveredOnce(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 2);
        MqttProbe publisher = broker.client(version, connect(id).keepSession());
        publisher.send(publish(topic, "once").qos(2, 3)).expect(Pubrec.class);
        publisher.abort();

        MqttProbe back = broker.client(version, connect(id).keepSession());
        back.send(publish(topic, "once").qos(2, 3).duplicate()).expect(Pubrec.class);
        back.send(pubrel(3)).expect(Pubcomp.class);
        back.publish(publish(topic, "marker"), 1);

        subscriber.receive(topic, "once");
        subscriber.receive(topic, "marker");
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-4.3.3-12", v311 = "MQTT-4.3.3-2")
    void sameIdentifierAfterPubcompIsANewMessage(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 2);
        MqttProbe publisher = broker.client(version);
        for (int i = 0; i < 3; i++) {
            publisher.send(publish(topic, "same").qos(2, 5)).expect(Pubrec.class);
            publisher.send(pubrel(5)).expect(Pubcomp.class);
        }

        for (int i = 0; i < 3; i++) {
            subscriber.receive(topic, "same");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-4.3.3-11", "MQTT-3.7.2-1"},
            v311 = "MQTT-4.3.3-2")
    void pubrelForNothingIsAnsweredByPubcomp(MqttVersion version) {
        broker.skipOnMosquitto(version == V5, "answers 0x00");
        MqttProbe client = broker.client(version);

        Pubcomp pubcomp = client.send(pubrel(4711)).expect(Pubcomp.class);

        assertThat(pubcomp.packetId()).isEqualTo(4711);
        assertThat(pubcomp.code()).isEqualTo(version == V5 ? 0x92 : 0);
        client.ping();
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-4.3.3-11", v311 = "MQTT-4.3.3-2")
    void repeatedPubrelIsAnsweredAgain(MqttVersion version) {
        MqttProbe publisher = broker.client(version);
        publisher.send(publish(broker.topic("t"), "x").qos(2, 1)).expect(Pubrec.class);

        publisher.send(pubrel(1)).expect(Pubcomp.class);

        assertThat(publisher.send(pubrel(1)).expect(Pubcomp.class).packetId()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-4.3.3-11", v311 = "MQTT-4.3.3-2")
    void pubrelAfterReconnectEndsTheExchange(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 2);
        MqttProbe publisher = broker.client(version, connect(id).keepSession());
        publisher.send(publish(topic, "once").qos(2, 3)).expect(Pubrec.class);
        publisher.abort();

        MqttProbe back = broker.client(version, connect(id).keepSession());
        assertThat(back.send(pubrel(3)).expect(Pubcomp.class).code()).isZero();

        subscriber.receive(topic, "once");
        subscriber.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.6.1-1", "MQTT-2.1.3-1"},
            v311 = {"MQTT-3.6.1-1", "MQTT-2.2.2-2"})
    void flagsOfPubrelAre0010(MqttVersion version) {
        for (int flags : new int[] {0, 1, 3, 4, 10, 15}) {
            broker.client(version).send(pubrel(1).flags(flags)).expectDisconnect(0x81);
        }
    }

    @Test
    void manyExchangesMayBeOpenAtTheSameTime() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 2);
        MqttProbe publisher = broker.client(V5);
        int count = 90;
        for (int i = 1; i <= count; i++) {
            publisher.send(publish(topic, "m" + i).qos(2, i));
        }
        for (int i = 1; i <= count; i++) {
            assertThat(publisher.expect(Pubrec.class).packetId()).isEqualTo(i);
        }
        for (int i = 1; i <= count; i++) {
            publisher.send(pubrel(i));
        }
        Set<Integer> completed = new HashSet<>();
        for (int i = 1; i <= count; i++) {
            completed.add(publisher.expect(Pubcomp.class).packetId());
        }
        assertThat(completed).hasSize(count);

        for (int i = 1; i <= count; i++) {
            subscriber.acknowledge(subscriber.await(Publish.class));
        }
    }
}
