package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that outlive their connection (3.1.2.4, 4.1). */
@ProtocolTest
class SessionTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.1.2-5", "MQTT-3.1.2-23", "MQTT-4.1.0-1", "MQTT-4.5.0-1", "MQTT-3.1.3-2"},
            v311 = {"MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-4.1.0-1", "MQTT-4.5.0-1", "MQTT-3.1.3-2"})
    void messagesForAnAbsentClientAreKeptInOrder(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version, connect(id).keepSession());
        subscriber.subscribe(topic, 2);
        subscriber.disconnect();

        MqttProbe publisher = broker.client(version);
        for (int i = 0; i < 20; i++) {
            publisher.publish(topic, "m" + i, 1 + i % 2);
        }

        MqttProbe back = broker.client(version, connect(id).keepSession());
        for (int i = 0; i < 20; i++) {
            Publish publish = back.await(Publish.class);
            assertThat(publish.text()).isEqualTo("m" + i);
            assertThat(publish.qos()).isEqualTo(1 + i % 2);
            assertThat(publish.duplicate()).isFalse();
            back.acknowledge(publish);
        }
        back.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.1.2-5", "MQTT-4.1.0-1"},
            v311 = {"MQTT-3.1.2-4", "MQTT-4.1.0-1"})
    void subscriptionsAreKept(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe first = broker.client(version, connect(id).keepSession());
        first.subscribe(topic, 1);
        first.abort();

        MqttProbe back = broker.client(version, connect(id).keepSession());
        broker.client(version).publish(topic, "x", 1);

        back.receive(topic, "x");
        back.unsubscribe(topic);
        back.disconnect();
        MqttProbe third = broker.client(version, connect(id).keepSession());
        broker.client(version).publish(topic, "unsubscribed", 1);
        third.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.1.2-4", "MQTT-3.1.4-4"},
            v311 = {"MQTT-3.1.2-6", "MQTT-3.1.4-3"})
    void cleanStartDropsSubscriptionsAndMessages(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe first = broker.client(version, connect(id).keepSession());
        first.subscribe(topic, 1);
        first.disconnect();
        MqttProbe publisher = broker.client(version);
        publisher.publish(topic, "queued", 1);

        MqttProbe clean = broker.client(version, connect(id));
        publisher.publish(topic, "live", 1);
        clean.expectNothing(BrokerUnderTest.QUIET);
        clean.disconnect();

        broker.client(version, connect(id).keepSession()).expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = "MQTT-4.1.0-2",
            v311 = {"MQTT-3.1.2-6", "MQTT-4.1.0-2"})
    void cleanSessionEndsWithItsConnection(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe first = broker.client(version, connect(id));
        first.subscribe(topic, 1);
        MqttProbe publisher = broker.client(version);
        publisher.publish(topic, "while connected", 1);
        first.receive(topic, "while connected");
        first.disconnect();

        MqttProbe back = broker.open(version);
        assertThat(back.connect(connect(id).keepSession()).sessionPresent()).isFalse();
        publisher.publish(topic, "nobody's", 1);
        back.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = "MQTT-4.5.0-1",
            v311 = {"MQTT-4.5.0-1", "MQTT-3.1.2-5"})
    void everyAbsentSessionGetsItsCopy(MqttVersion version) {
        String topic = broker.topic("t");
        String[] ids = new String[10];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = broker.id();
            MqttProbe subscriber = broker.client(version, connect(ids[i]).keepSession());
            subscriber.subscribe(topic, 1);
            subscriber.abort();
        }

        broker.client(version).publish(topic, "for all", 1);

        for (String id : ids) {
            broker.client(version, connect(id).keepSession()).receive(topic, "for all");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-4.4.0-1", "MQTT-4.3.2-3", "MQTT-4.3.3-3", "MQTT-4.3.3-5"},
            v311 = {"MQTT-4.4.0-1", "MQTT-4.6.0-1", "MQTT-4.1.0-1"})
    void unfinishedDeliveriesAreSentAgainInOrderBeforeNewOnes(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version, connect(id).keepSession());
        subscriber.subscribe(topic, 1);
        MqttProbe publisher = broker.client(version);
        int[] packetIds = new int[5];
        for (int i = 0; i < packetIds.length; i++) {
            publisher.publish(topic, "m" + i, 1);
            packetIds[i] = subscriber.expectPublish(topic, "m" + i).packetId();
        }
        subscriber.abort();
        publisher.ping();
        publisher.publish(topic, "later", 1);

        MqttProbe back = broker.client(version, connect(id).keepSession());

        for (int i = 0; i < packetIds.length; i++) {
            Publish again = back.receive(topic, "m" + i);
            assertThat(again.packetId()).isEqualTo(packetIds[i]);
            assertThat(again.duplicate()).isTrue();
        }
        back.receive(topic, "later");
    }

    @Test
    void acknowledgedMessagesAreNotSentAgain() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession());
        subscriber.subscribe(topic, 2);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "one", 1);
        publisher.publish(topic, "two", 2);
        subscriber.receive(topic, "one");
        subscriber.receive(topic, "two");
        subscriber.ping();
        subscriber.abort();

        broker.client(V5, connect(id).keepSession()).expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = {"MQTT-3.1.2-5", "MQTT-3.2.2-3"})
    void sessionsMoveBetweenVersions() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe old = broker.client(MqttVersion.V311, connect(id).keepSession());
        old.subscribe(topic, 1);
        old.disconnect();
        broker.client(V5).publish(topic, "x", 1);

        MqttProbe now = broker.open(V5);
        assertThat(now.connect(connect(id).keepSession()).sessionPresent()).isTrue();
        now.receive(topic, "x");
    }
}
