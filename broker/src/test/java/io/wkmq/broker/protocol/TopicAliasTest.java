package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Property.topicAlias;
import static io.wkmq.testing.mqtt.Property.topicAliasMaximum;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests topic aliases in both directions (3.3.2.3.4). The probe resolves the server's aliases and rejects those not permitted. */
@ProtocolTest
class TopicAliasTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private static int maximum(Connack connack) {
        return (int) connack.properties()
                .number(PropertyType.TOPIC_ALIAS_MAXIMUM)
                .orElseThrow(() -> new AssertionError("The server accepts no topic aliases: " + connack));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aliasStandsForItsTopic(int qos) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, qos);
        MqttProbe publisher = broker.client(V5);

        publisher.publish(publish(topic, "first").with(topicAlias(1)), qos);
        publisher.publish(publish("", "second").with(topicAlias(1)), qos);
        publisher.publish(publish("", "third").with(topicAlias(1)), qos);

        subscriber.receive(topic, "first");
        subscriber.receive(topic, "second");
        assertThat(subscriber.receive(topic, "third").properties().has(PropertyType.TOPIC_ALIAS))
                .isFalse();
    }

    @Test
    void aliasMayGetAnotherTopic() {
        MqttProbe subscriber = broker.subscriber(V5, broker.topic("+"), 1);
        MqttProbe publisher = broker.client(V5);

        publisher.publish(publish(broker.topic("a"), "1").with(topicAlias(1)), 1);
        publisher.publish(publish(broker.topic("b"), "2").with(topicAlias(1)), 1);
        publisher.publish(publish("", "3").with(topicAlias(1)), 1);
        publisher.publish(publish(broker.topic("a"), "4"), 1);
        publisher.publish(publish("", "5").with(topicAlias(1)), 1);

        subscriber.receive(broker.topic("a"), "1");
        subscriber.receive(broker.topic("b"), "2");
        subscriber.receive(broker.topic("b"), "3");
        subscriber.receive(broker.topic("a"), "4");
        subscriber.receive(broker.topic("b"), "5");
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-12")
    void allAliasesUpToTheMaximumAreAccepted() {
        MqttProbe publisher = broker.open(V5);
        int maximum = maximum(publisher.connect(broker.id()));
        int step = Math.max(1, maximum / 50);
        MqttProbe subscriber = broker.subscriber(V5, broker.topic("#"), 0);
        for (int alias = 1; alias <= maximum; alias += step) {
            publisher.send(publish(broker.topic("a" + alias), "set").with(topicAlias(alias)));
            subscriber.receive(broker.topic("a" + alias), "set");
        }
        publisher.send(publish(broker.topic("max"), "set").with(topicAlias(maximum)));
        subscriber.receive(broker.topic("max"), "set");

        publisher.send(publish("", "use").with(topicAlias(maximum)));
        subscriber.receive(broker.topic("max"), "use");
        publisher.send(publish("", "use").with(topicAlias(1)));
        subscriber.receive(broker.topic(maximum == 1 ? "max" : "a1"), "use");
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.2-8", "MQTT-4.13.1-1"})
    void alias0IsAnError() {
        broker.client(V5)
                .send(publish(broker.topic("t"), "x").with(topicAlias(0)))
                .expectDisconnect(0x94, 0x82, 0x81);
    }

    @Test
    @Normative(v5 = "MQTT-4.13.1-1")
    void aliasAboveTheMaximumIsAnError() {
        MqttProbe client = broker.open(V5);
        int maximum = maximum(client.connect(broker.id()));

        client.send(publish(broker.topic("t"), "x").with(topicAlias(maximum + 1)))
                .expectDisconnect(0x94);
    }

    @Test
    @Normative(v5 = "MQTT-4.13.1-1")
    void unknownAliasIsAnError() {
        broker.client(V5).send(publish("", "x").with(topicAlias(1))).expectDisconnect(0x82, 0x94);
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-7")
    void aliasesEndWithTheConnection() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5, connect(id).keepSession());
        client.send(publish(topic, "x").qos(1, 1).with(topicAlias(1))).expect(Puback.class);
        client.disconnect();

        broker.client(V5, connect(id).keepSession())
                .send(publish("", "x").with(topicAlias(1)))
                .expectDisconnect(0x82, 0x94);
    }

    @Test
    void aliasesOfConnectionsAreTheirOwn() {
        MqttProbe subscriberOne = broker.subscriber(V5, broker.topic("one"), 1);
        MqttProbe subscriberTwo = broker.subscriber(V5, broker.topic("two"), 1);
        MqttProbe one = broker.client(V5);
        MqttProbe two = broker.client(V5);
        one.publish(publish(broker.topic("one"), "set").with(topicAlias(1)), 1);
        two.publish(publish(broker.topic("two"), "set").with(topicAlias(1)), 1);

        one.publish(publish("", "of one").with(topicAlias(1)), 1);
        two.publish(publish("", "of two").with(topicAlias(1)), 1);

        subscriberOne.receive(broker.topic("one"), "set");
        subscriberOne.receive(broker.topic("one"), "of one");
        subscriberTwo.receive(broker.topic("two"), "set");
        subscriberTwo.receive(broker.topic("two"), "of two");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100, 65_535})
    @Normative(v5 = {"MQTT-3.1.2-26", "MQTT-3.1.2-27", "MQTT-3.3.2-11", "MQTT-3.3.2-8"})
    void serverKeepsToTheClientsMaximum(int maximum) {
        MqttProbe subscriber = broker.client(V5, connect(broker.id()).with(topicAliasMaximum(maximum)));
        subscriber.subscribe(broker.topic("#"), 1);
        MqttProbe publisher = broker.client(V5);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 8; i++) {
                publisher.publish(broker.topic("topic " + i), "m" + round, 1);
            }
        }

        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 8; i++) {
                subscriber.receive(broker.topic("topic " + i), "m" + round);
            }
        }
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-7")
    void aliasesOfTheServerEndWithTheConnection() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession().with(topicAliasMaximum(10)));
        subscriber.subscribe(topic, 1);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "1", 1);
        publisher.publish(topic, "2", 1);
        subscriber.receive(topic, "1");
        subscriber.receive(topic, "2");
        subscriber.disconnect();
        publisher.publish(topic, "3", 1);

        // The probe knows no alias of the connection before.
        broker.client(V5, connect(id).keepSession().with(topicAliasMaximum(10))).receive(topic, "3");
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.2-7", "MQTT-3.1.2-26"})
    void messageSentAgainIsUnderstoodWithoutOldAliases() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession().with(topicAliasMaximum(10)));
        subscriber.subscribe(topic, 1);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "1", 1);
        publisher.publish(topic, "2", 1);
        subscriber.expectPublish(topic, "1");
        subscriber.expectPublish(topic, "2");
        subscriber.abort();

        MqttProbe back = broker.client(V5, connect(id).keepSession());
        back.receive(topic, "1");
        back.receive(topic, "2");
    }
}
