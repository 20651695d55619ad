package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Property.messageExpiry;
import static io.wkmq.testing.mqtt.Property.receiveMaximum;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.normative.Normative;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Message expiry interval (3.3.2.3.3). */
@ProtocolTest
class MessageExpiryTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private static long expiryOf(Publish publish) {
        return publish.properties()
                .number(PropertyType.MESSAGE_EXPIRY_INTERVAL)
                .orElseThrow(() -> new AssertionError("No message expiry interval in " + publish));
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 60, 100_000, 0x7FFF_FFFFL})
    @Normative(v5 = "MQTT-3.3.2-6")
    void liveMessageKeepsItsInterval(long seconds) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 1);

        broker.client(V5).publish(publish(topic, "x").with(messageExpiry(seconds)), 1);

        assertThat(expiryOf(subscriber.receive(topic, "x"))).isBetween(seconds - 9, seconds);
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-6")
    void waitingTimeIsTakenOff() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession());
        subscriber.subscribe(topic, 1);
        subscriber.disconnect();
        MqttProbe publisher = broker.client(V5);
        publisher.publish(publish(topic, "x").with(messageExpiry(100)), 1);

        publisher.expectNothing(Duration.ofSeconds(2));

        MqttProbe back = broker.client(V5, connect(id).keepSession());
        assertThat(expiryOf(back.receive(topic, "x"))).isBetween(90L, 98L);
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-5")
    void queuedMessageExpires() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession());
        subscriber.subscribe(topic, 2);
        subscriber.disconnect();
        MqttProbe publisher = broker.client(V5);
        publisher.publish(publish(topic, "expires").with(messageExpiry(1)), 1);
        publisher.publish(publish(topic, "expires").with(messageExpiry(1)), 2);
        publisher.publish(publish(topic, "lasts").with(messageExpiry(60)), 1);
        publisher.publish(topic, "lasts for ever", 1);

        publisher.expectNothing(Duration.ofMillis(2200));

        MqttProbe back = broker.client(V5, connect(id).keepSession());
        back.receive(topic, "lasts");
        back.receive(topic, "lasts for ever");
        back.expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-5")
    @MosquittoDeviates("stops to deliver")
    void messageThatWaitsForTheWindowExpires() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(broker.id()).with(receiveMaximum(1)));
        subscriber.subscribe(topic, 1);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "fills the window", 1);
        publisher.publish(publish(topic, "expires").with(messageExpiry(1)), 1);
        publisher.publish(topic, "lasts", 1);
        Publish first = subscriber.expectPublish(topic, "fills the window");

        subscriber.expectNothing(Duration.ofMillis(2200));
        subscriber.acknowledge(first);

        subscriber.receive(topic, "lasts");
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-5")
    void retainedMessageExpires() {
        String topic = broker.topic("t");
        MqttProbe publisher = broker.client(V5);
        publisher.publish(publish(topic, "expires").retain().with(messageExpiry(6)), 1);
        broker.subscriber(V5, topic, 1).receive(topic, "expires");
        publisher.expectNothing(Duration.ofMillis(7200));

        broker.subscriber(V5, topic, 1).expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-6")
    void retainedMessageIsSentWithWhatIsLeft() {
        String topic = broker.topic("t");
        MqttProbe publisher = broker.client(V5);
        publisher.publish(publish(topic, "x").retain().with(messageExpiry(100)), 1);

        publisher.expectNothing(Duration.ofSeconds(2));

        assertThat(expiryOf(broker.subscriber(V5, topic, 1).receive(topic, "x")))
                .isBetween(90L, 98L);
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-5")
    void expiryHoldsForSubscribersOfMqtt311() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V311, connect(id).keepSession());
        subscriber.subscribe(topic, 1);
        subscriber.disconnect();
        MqttProbe publisher = broker.client(V5);
        publisher.publish(publish(topic, "expires").with(messageExpiry(1)), 1);
        publisher.publish(topic, "lasts", 1);

        publisher.expectNothing(Duration.ofMillis(2200));

        broker.client(V311, connect(id).keepSession()).receive(topic, "lasts");
    }

    @Test
    void willExpires() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession());
        subscriber.subscribe(topic, 1);
        subscriber.disconnect();
        MqttProbe watcher = broker.subscriber(V5, topic, 1);
        broker.client(
                        V5,
                        connect(broker.id()).will(will(topic, "expires").qos(1).with(messageExpiry(6))))
                .abort();
        watcher.receive(topic, "expires");
        watcher.expectNothing(Duration.ofMillis(7200));

        broker.client(V5, connect(id).keepSession()).expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    void messageWithoutIntervalGetsNone() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 1);

        broker.client(V5).publish(topic, "by mqtt 5", 1);
        broker.client(V311).publish(topic, "by mqtt 3.1.1", 1);

        assertThat(subscriber.receive(topic, "by mqtt 5").properties().all()).isEmpty();
        assertThat(subscriber.receive(topic, "by mqtt 3.1.1").properties().all())
                .isEmpty();
    }
}
