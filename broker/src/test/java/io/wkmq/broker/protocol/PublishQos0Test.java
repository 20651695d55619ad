package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.normative.Normative;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PUBLISH with QoS 0 (3.3, 4.3.1) and what holds for every QoS. */
@ProtocolTest
class PublishQos0Test {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.3.4-1", "MQTT-2.2.1-2", "MQTT-2.2.2-1", "MQTT-4.3.1-1", "MQTT-3.3.1-2", "MQTT-3.3.2-3"},
            v311 = {"MQTT-3.3.4-1", "MQTT-2.3.1-5", "MQTT-4.3.1-1", "MQTT-3.3.1-2", "MQTT-3.3.2-3"})
    void isDeliveredAndNotAcknowledged(MqttVersion version) {
        String topic = broker.topic("a/b");
        MqttProbe subscriber = broker.subscriber(version, topic, 0);
        MqttProbe publisher = broker.client(version);

        publisher.publish(topic, "hello", 0);

        Publish publish = subscriber.expectPublish(topic, "hello");
        assertThat(publish.qos()).isZero();
        assertThat(publish.retain()).isFalse();
        assertThat(publish.properties().all()).isEmpty();
        publisher.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 127, 128, 16_000, 16_383, 16_384, 65_536, 262_000})
    void payloadOfAnySizeArrivesUnchanged(int size) {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        String topic = broker.topic("size");
        for (MqttVersion version : MqttVersion.values()) {
            MqttProbe subscriber = broker.subscriber(version, topic, 0);

            broker.client(version).send(publish(topic, payload));

            assertThat(subscriber.expect(Publish.class).payload()).isEqualTo(payload);
            subscriber.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-4.5.0-1", v311 = "MQTT-4.5.0-1")
    void goesToAllSubscribersOfAllVersions(MqttVersion version) {
        String topic = broker.topic("x/y/z");
        List<MqttProbe> subscribers = new ArrayList<>();
        for (MqttVersion other : MqttVersion.values()) {
            for (String filter : List.of("x/y/z", "x/+/z", "x/#", "+/y/+")) {
                subscribers.add(broker.subscriber(other, broker.topic(filter), 0));
            }
        }

        broker.client(version).publish(topic, "to all", 0);

        subscribers.forEach(subscriber -> subscriber.receive(topic, "to all"));
    }

    @ParameterizedTest
    @EnumSource
    void publisherGetsItsOwnMessagesIfSubscribed(MqttVersion version) {
        String topic = broker.topic("own");
        MqttProbe client = broker.subscriber(version, topic, 0);

        client.publish(topic, "mine", 0);

        client.receive(topic, "mine");
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.3.2-3", v311 = "MQTT-3.3.2-3")
    void goesToMatchingSubscribersOnly(MqttVersion version) {
        MqttProbe subscriber = broker.subscriber(version, broker.topic("wanted"), 0);
        MqttProbe publisher = broker.client(version);

        publisher.publish(broker.topic("unwanted"), "x", 0);
        publisher.publish(broker.topic("wanted/below"), "x", 0);
        publisher.publish(broker.topic("wante"), "x", 0);
        publisher.publish(broker.topic("wanted"), "marker", 0);

        subscriber.receive(broker.topic("wanted"), "marker");
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.3.1-2", "MQTT-4.13.1-1"},
            v311 = {"MQTT-3.3.1-2", "MQTT-4.8.0-1"})
    @MosquittoDeviates("ignores DUP of QoS 0")
    void dupIsNotForQos0(MqttVersion version) {
        broker.client(version).send(publish(broker.topic("t"), "x").duplicate()).expectDisconnect(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.3.1-4", "MQTT-4.13.1-1"},
            v311 = {"MQTT-3.3.1-4", "MQTT-4.8.0-1"})
    void thereIsNoQos3(MqttVersion version) {
        broker.client(version).send(publish(broker.topic("t"), "x").qos(3, 1)).expectDisconnect(0x81);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.3.2-2", "MQTT-4.7.0-1", "MQTT-4.7.3-1"},
            v311 = {"MQTT-3.3.2-2", "MQTT-4.7.1-1", "MQTT-4.7.3-1"})
    void topicNameHasNoWildcardsAndIsNotEmpty(MqttVersion version) {
        for (String topic : new String[] {"#", "+", "a/#", "a/+/b", "a#", "+a", ""}) {
            broker.client(version).send(publish(topic, "x")).expectDisconnect(0x81, 0x82, 0x90);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.3.4-2", "MQTT-3.8.4-8"},
            v311 = {"MQTT-3.3.5-1", "MQTT-3.8.4-6"})
    @MosquittoDeviates("sends a copy per subscription or the QoS of one of them")
    void overlappingSubscriptionsGetOneCopyWithTheHighestQos(MqttVersion version) {
        String topic = broker.topic("o/p");
        MqttProbe subscriber = broker.client(version);
        subscriber.subscribe(
                subscribe(1).filter(topic, 0).filter(broker.topic("o/+"), 2).filter(broker.topic("o/#"), 1));
        MqttProbe publisher = broker.client(version);

        publisher.publish(topic, "at 2", 2);
        publisher.publish(topic, "at 1", 1);

        Publish second = subscriber.expectPublish(topic, "at 2");
        assertThat(second.qos()).isEqualTo(2);
        subscriber.acknowledge(second);
        Publish first = subscriber.expectPublish(topic, "at 1");
        assertThat(first.qos()).isEqualTo(1);
        subscriber.acknowledge(first);
        subscriber.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Normative(v5 = "MQTT-3.8.4-8", v311 = "MQTT-3.8.4-6")
    void deliveryHasTheLowerOfBothQos(int granted) {
        String topic = broker.topic("lower");
        for (MqttVersion version : new MqttVersion[] {V311, V5}) {
            MqttProbe subscriber = broker.subscriber(version, topic, granted);
            MqttProbe publisher = broker.client(version);
            for (int published = 0; published <= 2; published++) {
                publisher.publish(topic, "q" + published, published);

                Publish publish = subscriber.expectPublish(topic, "q" + published);
                assertThat(publish.qos()).isEqualTo(Math.min(granted, published));
                subscriber.acknowledge(publish);
            }
        }
    }
}
