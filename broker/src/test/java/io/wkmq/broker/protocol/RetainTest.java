package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Property.contentType;
import static io.wkmq.testing.mqtt.Property.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.UserProperty;
import io.wkmq.testing.normative.Normative;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Retained messages (3.3.1.3). */
@ProtocolTest
class RetainTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private void retain(MqttVersion version, String topic, String payload, int qos) {
        MqttProbe publisher = broker.client(version);
        publisher.publish(publish(topic, payload).retain(), qos);
        publisher.ping();
        publisher.disconnect();
    }

    @ParameterizedTest
    @CsvSource({
        "V31, 0", "V31, 1", "V31, 2", "V311, 0", "V311, 1", "V311, 2", "V5, 0", "V5, 1", "V5, 2",
    })
    @Normative(
            v5 = {"MQTT-3.3.1-5", "MQTT-3.3.1-9"},
            v311 = {"MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-8", "MQTT-3.1.2-7"})
    void newSubscriptionGetsTheRetainedMessage(MqttVersion version, int qos) {
        String topic = broker.topic("t");
        retain(version, topic, "kept", qos);

        Publish publish = broker.subscriber(version, topic, 2).receive(topic, "kept");

        assertThat(publish.retain()).isTrue();
        assertThat(publish.qos()).isEqualTo(qos);
        assertThat(publish.duplicate()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 2", "2, 1", "2, 0", "1, 0"})
    @Normative(
            v5 = {"MQTT-3.3.1-5", "MQTT-3.8.4-8"},
            v311 = {"MQTT-3.3.1-7", "MQTT-3.3.1-5", "MQTT-3.8.4-6"})
    void laterMessageReplacesTheEarlier(int firstQos, int secondQos) {
        for (MqttVersion version : new MqttVersion[] {V311, V5}) {
            String topic = broker.topic("t" + version);
            retain(version, topic, "first", firstQos);
            retain(version, topic, "second", secondQos);

            MqttProbe subscriber = broker.subscriber(version, topic, 1);

            assertThat(subscriber.receive(topic, "second").qos()).isEqualTo(Math.min(1, secondQos));
            subscriber.expectNothing(BrokerUnderTest.QUIET);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = "MQTT-3.3.1-12",
            v311 = {"MQTT-3.3.1-9", "MQTT-3.3.1-10"})
    void establishedSubscriptionGetsRetain0(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 1);

        retain(version, topic, "live", 1);
        retain(version, topic, "", 1);

        assertThat(subscriber.receive(topic, "live").retain()).isFalse();
        assertThat(subscriber.receive(topic, "").retain()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.3.1-6", "MQTT-3.3.1-7"},
            v311 = {"MQTT-3.3.1-10", "MQTT-3.3.1-11"})
    void emptyPayloadRemovesAndIsNotKept(MqttVersion version) {
        String topic = broker.topic("t");
        retain(version, topic, "old", 1);

        retain(version, topic, "", 1);

        broker.subscriber(version, topic, 1).expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.3.1-8", v311 = "MQTT-3.3.1-12")
    void unretainedMessagesDoNotTouchTheRetainedOne(MqttVersion version) {
        String topic = broker.topic("t");
        String other = broker.topic("other");
        retain(version, topic, "kept", 1);
        MqttProbe publisher = broker.client(version);
        publisher.publish(topic, "passing", 1);
        publisher.publish(topic, "", 1);
        publisher.publish(other, "passing", 1);

        MqttProbe subscriber = broker.subscriber(version, topic, 1);
        subscriber.receive(topic, "kept");
        subscriber.subscribe(other, 1);
        subscriber.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.8.4-4", "MQTT-3.3.1-9"},
            v311 = "MQTT-3.8.4-3")
    void subscribingAgainSendsAgain(MqttVersion version) {
        String topic = broker.topic("t");
        retain(version, topic, "kept", 1);
        MqttProbe subscriber = broker.client(version);
        for (int i = 0; i < 3; i++) {
            subscriber.subscribe(topic, 1);
            assertThat(subscriber.receive(topic, "kept").retain()).isTrue();
        }
        subscriber.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.3.1-9", v311 = "MQTT-3.3.1-6")
    void wildcardGetsTheRetainedMessagesOfAllMatchingTopics(MqttVersion version) {
        List<String> topics = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String topic = broker.topic("rooms/" + i + "/temperature");
            topics.add(topic);
            retain(version, topic, "t", 1);
        }
        retain(version, broker.topic("rooms/1/humidity"), "h", 1);
        retain(version, broker.topic("rooms"), "parent", 1);

        MqttProbe subscriber = broker.subscriber(version, broker.topic("rooms/+/temperature"), 1);

        List<String> received = new ArrayList<>();
        for (int i = 0; i < topics.size(); i++) {
            Publish publish = subscriber.expect(Publish.class);
            received.add(publish.topic());
            subscriber.acknowledge(publish);
        }
        assertThat(received).containsExactlyInAnyOrderElementsOf(topics);
        subscriber.expectNothing(BrokerUnderTest.QUIET);
        subscriber.subscribe(broker.topic("rooms/#"), 1);
        for (int i = 0; i < topics.size() + 2; i++) {
            subscriber.acknowledge(subscriber.await(Publish.class));
        }
    }

    @Test
    @Normative(v5 = "MQTT-4.7.2-1", v311 = "MQTT-4.7.2-1")
    void leadingWildcardGetsNoRetainedMessagesOfDollarTopics() {
        String name = broker.id();
        String hidden = "$wkmq/" + name + "/t";
        // A server may keep clients from such topics; then there is nothing to match.
        MqttProbe offender = broker.client(V311);
        offender.send(publish(hidden, "hidden").retain().qos(1, 1)).expectPacketOrEnd();
        retain(V311, broker.topic("x/" + name), "seen", 1);

        MqttProbe subscriber = broker.client(V311);
        subscriber.subscribe("+/" + name + "/t", 1);
        subscriber.subscribe("+/+/" + name, 1);

        subscriber.receive(broker.topic("x/" + name), "seen");
        offender.send(publish(hidden, "").retain());
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.2-17", "MQTT-3.3.2-20"})
    void propertiesAreRetainedToo() {
        String topic = broker.topic("t");
        broker.client(V5)
                .publish(
                        publish(topic, "x")
                                .retain()
                                .with(contentType("text/plain"), user("b", "1"), user("a", "2"), user("b", "3")),
                        1);

        Publish publish = broker.subscriber(V5, topic, 1).receive(topic, "x");

        assertThat(publish.properties().text(PropertyType.CONTENT_TYPE)).hasValue("text/plain");
        assertThat(publish.properties().user())
                .containsExactly(new UserProperty("b", "1"), new UserProperty("a", "2"), new UserProperty("b", "3"));
    }

    @Test
    void versionsShareRetainedMessages() {
        String topic = broker.topic("t");
        for (MqttVersion publisher : MqttVersion.values()) {
            retain(publisher, topic, "by " + publisher, 2);
            for (MqttVersion subscriber : MqttVersion.values()) {
                broker.subscriber(subscriber, topic, 2).receive(topic, "by " + publisher);
            }
        }
    }
}
