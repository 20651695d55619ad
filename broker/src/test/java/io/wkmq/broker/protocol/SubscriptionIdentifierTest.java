package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Property.subscriptionId;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.normative.Normative;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscription identifiers (3.3.4, 3.8.2.1.2). */
@ProtocolTest
class SubscriptionIdentifierTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private static List<Long> ids(Publish publish) {
        return publish.properties().numbers(PropertyType.SUBSCRIPTION_IDENTIFIER);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455})
    @Normative(v5 = {"MQTT-3.3.4-3", "MQTT-1.5.5-1"})
    void isSentWithEveryMessageOfTheSubscription(long id) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5);
        subscriber.subscribe(subscribe(1).filter(topic, 2).with(subscriptionId(id)));
        MqttProbe publisher = broker.client(V5);
        for (int qos = 0; qos <= 2; qos++) {
            publisher.publish(topic, "q" + qos, qos);

            assertThat(ids(subscriber.receive(topic, "q" + qos))).containsExactly(id);
        }
    }

    @Test
    @Normative(v5 = "MQTT-3.3.4-3")
    void isOfAllFiltersOfItsPacket() {
        MqttProbe subscriber = broker.client(V5);
        subscriber.subscribe(subscribe(1)
                .filter(broker.topic("a"), 0)
                .filter(broker.topic("b"), 1)
                .with(subscriptionId(7)));
        MqttProbe publisher = broker.client(V5);

        publisher.publish(broker.topic("a"), "x", 1);
        publisher.publish(broker.topic("b"), "x", 1);

        assertThat(ids(subscriber.receive(broker.topic("a"), "x"))).containsExactly(7L);
        assertThat(ids(subscriber.receive(broker.topic("b"), "x"))).containsExactly(7L);
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.4-4", "MQTT-3.3.4-2"})
    @MosquittoDeviates("sends a copy per subscription or the identifier of one of them")
    void oneCopyNamesAllMatchingSubscriptions() {
        String topic = broker.topic("a/b");
        MqttProbe subscriber = broker.client(V5);
        subscriber.subscribe(subscribe(1).filter(topic, 0).with(subscriptionId(1)));
        subscriber.subscribe(subscribe(2).filter(broker.topic("a/+"), 2).with(subscriptionId(2)));
        subscriber.subscribe(subscribe(3).filter(broker.topic("#"), 1));
        subscriber.subscribe(subscribe(4).filter(broker.topic("+/b"), 1).with(subscriptionId(300)));
        subscriber.subscribe(subscribe(5).filter(broker.topic("c"), 1).with(subscriptionId(5)));

        broker.client(V5).publish(topic, "x", 2);

        Publish publish = subscriber.receive(topic, "x");
        assertThat(ids(publish)).containsExactlyInAnyOrder(1L, 2L, 300L);
        assertThat(publish.qos()).isEqualTo(2);
        subscriber.expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = {"MQTT-3.8.4-3", "MQTT-3.3.4-3"})
    void subscribingAgainReplacesIt() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5);
        MqttProbe publisher = broker.client(V5);

        subscriber.subscribe(subscribe(1).filter(topic, 1).with(subscriptionId(1)));
        subscriber.subscribe(subscribe(2).filter(topic, 1).with(subscriptionId(2)));
        publisher.publish(topic, "second", 1);
        assertThat(ids(subscriber.receive(topic, "second"))).containsExactly(2L);

        subscriber.subscribe(subscribe(3).filter(topic, 1));
        publisher.publish(topic, "without", 1);
        assertThat(ids(subscriber.receive(topic, "without"))).isEmpty();
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.4-3", "MQTT-4.1.0-1"})
    void isPartOfTheSession() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession());
        subscriber.subscribe(subscribe(1).filter(topic, 1).with(subscriptionId(9)));
        subscriber.disconnect();
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "queued", 1);

        MqttProbe back = broker.client(V5, connect(id).keepSession());
        assertThat(ids(back.receive(topic, "queued"))).containsExactly(9L);
        publisher.publish(topic, "live", 1);
        assertThat(ids(back.receive(topic, "live"))).containsExactly(9L);
    }

    @Test
    @Normative(v5 = "MQTT-3.3.4-3")
    void comesWithRetainedMessages() {
        String topic = broker.topic("t");
        broker.client(V5).publish(publish(topic, "kept").retain(), 1);
        MqttProbe subscriber = broker.client(V5);

        subscriber.subscribe(subscribe(1).filter(topic, 1).with(subscriptionId(4)));

        assertThat(ids(subscriber.receive(topic, "kept"))).containsExactly(4L);
    }

    @Test
    void isOfItsClientOnly() {
        String topic = broker.topic("t");
        MqttProbe one = broker.client(V5);
        one.subscribe(subscribe(1).filter(topic, 1).with(subscriptionId(1)));
        MqttProbe two = broker.client(V5);
        two.subscribe(subscribe(1).filter(topic, 1).with(subscriptionId(2)));
        MqttProbe none = broker.subscriber(V5, topic, 1);

        broker.client(V5).publish(topic, "x", 1);

        assertThat(ids(one.receive(topic, "x"))).containsExactly(1L);
        assertThat(ids(two.receive(topic, "x"))).containsExactly(2L);
        assertThat(ids(none.receive(topic, "x"))).isEmpty();
    }

    @Test
    @Normative(v5 = "MQTT-4.13.1-1")
    void identifier0IsAnError() {
        broker.client(V5)
                .send(subscribe(1).filter(broker.topic("t"), 1).with(subscriptionId(0)))
                .expectDisconnect(0x81, 0x82);
    }

    @Test
    @Normative(v5 = "MQTT-4.13.1-1")
    void secondIdentifierInOnePacketIsAnError() {
        broker.client(V5)
                .send(subscribe(1).filter(broker.topic("t"), 1).with(subscriptionId(1), subscriptionId(2)))
                .expectDisconnect(0x81, 0x82);
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.4-6", "MQTT-4.13.1-1"})
    @MosquittoDeviates("ignores it")
    void publishOfAClientHasNone() {
        broker.client(V5)
                .send(publish(broker.topic("t"), "x").with(subscriptionId(1)))
                .expectDisconnect(0x81, 0x82);
    }
}
