package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.pubcomp;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrec;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Property.messageExpiry;
import static io.wkmq.testing.mqtt.Property.receiveMaximum;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.mqtt.ServerPacket.Pubrel;
import io.wkmq.testing.normative.Normative;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** QoS 2 from the server to a client (4.3.3, sender; 4.4). */
@ProtocolTest
class DeliveryQos2Test {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-4.3.3-1", "MQTT-4.3.3-2", "MQTT-4.3.3-4", "MQTT-2.2.1-4", "MQTT-2.2.1-5", "MQTT-3.6.2-1"},
            v311 = {"MQTT-4.3.3-1", "MQTT-2.3.1-4", "MQTT-2.3.1-6"})
    void pubrecIsAnsweredByPubrelWithTheIdentifier(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 2);
        broker.client(version).publish(topic, "x", 2);

        Publish publish = subscriber.expectPublish(topic, "x");
        assertThat(publish.qos()).isEqualTo(2);
        assertThat(publish.duplicate()).isFalse();
        Pubrel pubrel = subscriber.send(pubrec(publish.packetId())).expect(Pubrel.class);
        assertThat(pubrel).isEqualTo(new Pubrel(publish.packetId(), 0, pubrel.properties()));
        subscriber.send(pubcomp(publish.packetId()));

        subscriber.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-4.3.3-3", "MQTT-4.4.0-1", "MQTT-3.3.1-1"},
            v311 = {"MQTT-4.3.3-1", "MQTT-4.4.0-1", "MQTT-3.3.1-1"})
    void publishWithoutPubrecIsSentAgainAfterReconnect(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version, connect(id).keepSession());
        subscriber.subscribe(topic, 2);
        broker.client(version).publish(topic, "again", 2);
        Publish first = subscriber.expectPublish(topic, "again");
        subscriber.abort();

        MqttProbe back = broker.client(version, connect(id).keepSession());

        Publish second = back.expectPublish(topic, "again");
        assertThat(second.packetId()).isEqualTo(first.packetId());
        assertThat(second.duplicate()).isTrue();
        back.acknowledge(second);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-4.3.3-5", "MQTT-4.3.3-6", "MQTT-4.4.0-1"},
            v311 = {"MQTT-4.3.3-1", "MQTT-4.4.0-1"})
    void onlyPubrelIsSentAgainAfterPubrec(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version, connect(id).keepSession());
        subscriber.subscribe(topic, 2);
        broker.client(version).publish(topic, "x", 2);
        int packetId = subscriber.expectPublish(topic, "x").packetId();
        subscriber.send(pubrec(packetId)).expect(Pubrel.class);
        subscriber.abort();

        MqttProbe back = broker.client(version, connect(id).keepSession());

        assertThat(back.expect(Pubrel.class).packetId()).isEqualTo(packetId);
        back.send(pubcomp(packetId));
        back.disconnect();
        broker.client(version, connect(id).keepSession()).expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x83, 0x87, 0x90, 0x97, 0x99})
    @Normative(v5 = {"MQTT-4.4.0-2", "MQTT-4.3.3-4"})
    void errorPubrecIsFinal(int code) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession().with(receiveMaximum(1)));
        subscriber.subscribe(topic, 2);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "refused", 2);
        publisher.publish(topic, "next", 2);

        subscriber.send(
                pubrec(subscriber.expectPublish(topic, "refused").packetId()).code(code));

        subscriber.receive(topic, "next");
        subscriber.disconnect();
        broker.client(V5, connect(id).keepSession()).expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = "MQTT-3.6.2-1")
    @MosquittoDeviates("answers 0x00")
    void pubrecForNothingIsToldSo() {
        MqttProbe client = broker.client(V5);

        Pubrel pubrel = client.send(pubrec(4711)).expect(Pubrel.class);

        assertThat(pubrel.packetId()).isEqualTo(4711);
        assertThat(pubrel.code()).isEqualTo(0x92);
        client.ping();
    }

    @Test
    @Normative(v5 = "MQTT-4.3.3-7")
    @MosquittoDeviates("drops a message at its expiry even if it was sent")
    void messageThatWasSentDoesNotExpire() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession());
        subscriber.subscribe(topic, 2);
        broker.client(V5).publish(publish(topic, "sent in time").with(messageExpiry(6)), 2);
        subscriber.expectPublish(topic, "sent in time");

        subscriber.expectNothing(Duration.ofMillis(6500));
        subscriber.abort();

        MqttProbe back = broker.client(V5, connect(id).keepSession());
        back.receive(topic, "sent in time");
    }

    @Test
    @Normative(v5 = "MQTT-4.3.3-13")
    void exchangeGoesOnAfterTheMessageHasExpired() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 2);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(publish(topic, "x").with(messageExpiry(6)), 2);
        publisher.send(publish(topic, "y").qos(2, 77).with(messageExpiry(6)));
        publisher.expect(Pubrec.class);
        Publish publish = subscriber.expectPublish(topic, "x");

        publisher.expectNothing(Duration.ofMillis(6500));

        subscriber.acknowledge(publish);
        assertThat(publisher.send(pubrel(77)).expect(Pubcomp.class).code()).isZero();
    }
}
