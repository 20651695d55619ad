package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.SubscribeBuilder.NO_LOCAL;
import static io.wkmq.testing.mqtt.SubscribeBuilder.RETAINED_IF_NEW;
import static io.wkmq.testing.mqtt.SubscribeBuilder.RETAINED_NEVER;
import static io.wkmq.testing.mqtt.SubscribeBuilder.RETAIN_AS_PUBLISHED;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscription options of MQTT 5 (3.8.3.1). */
@ProtocolTest
class SubscriptionOptionsTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private void retain(String topic, String payload) {
        broker.client(V5).publish(publish(topic, payload).retain(), 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Normative(v5 = "MQTT-3.8.3-3")
    void noLocalKeepsOwnMessagesAway(int qos) {
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5);
        client.subscribe(subscribe(1).filter(topic, qos | NO_LOCAL));
        MqttProbe other = broker.subscriber(V5, topic, qos);

        client.publish(topic, "own", qos);
        other.receive(topic, "own");
        other.publish(topic, "of another", qos);

        client.receive(topic, "of another");
        client.expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = "MQTT-3.8.3-3")
    void noLocalIsByIdentifierNotByConnection() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5, connect(id).keepSession());
        client.subscribe(subscribe(1).filter(topic, 1 | NO_LOCAL));
        client.disconnect();

        MqttProbe back = broker.client(V5, connect(id).keepSession());
        back.publish(topic, "own", 1);
        broker.client(V5).publish(topic, "of another", 1);

        back.receive(topic, "of another");
    }

    @Test
    @MosquittoDeviates("keeps no local of the subscription before")
    void withoutNoLocalOwnMessagesCome() {
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5);
        client.subscribe(subscribe(1).filter(topic, 1 | NO_LOCAL));
        client.subscribe(subscribe(2).filter(topic, 1));

        client.publish(topic, "own", 1);

        client.receive(topic, "own");
    }

    @Test
    @Normative(v5 = {"MQTT-3.8.3-4", "MQTT-4.13.1-1"})
    @MosquittoDeviates("ignores no local there")
    void noLocalOnASharedSubscriptionIsAnError() {
        broker.client(V5)
                .send(subscribe(1).filter("$share/g/" + broker.topic("t"), 1 | NO_LOCAL))
                .expectDisconnect(0x82);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Normative(v5 = {"MQTT-3.3.1-12", "MQTT-3.3.1-13"})
    void retainAsPublishedKeepsTheFlag(int qos) {
        String topic = broker.topic("t");
        MqttProbe keeps = broker.client(V5);
        keeps.subscribe(subscribe(1).filter(topic, 2 | RETAIN_AS_PUBLISHED));
        MqttProbe clears = broker.subscriber(V5, topic, 2);
        MqttProbe publisher = broker.client(V5);

        publisher.publish(publish(topic, "retained").retain(), qos);
        publisher.publish(topic, "not retained", qos);
        publisher.publish(publish(topic, "").retain(), qos);

        assertThat(keeps.receive(topic, "retained").retain()).isTrue();
        assertThat(keeps.receive(topic, "not retained").retain()).isFalse();
        assertThat(keeps.receive(topic, "").retain()).isTrue();
        assertThat(clears.receive(topic, "retained").retain()).isFalse();
        assertThat(clears.receive(topic, "not retained").retain()).isFalse();
        assertThat(clears.receive(topic, "").retain()).isFalse();
    }

    @Test
    @Normative(v5 = "MQTT-3.3.1-13")
    void retainAsPublishedWaitsWithAnAbsentSession() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5, connect(id).keepSession());
        client.subscribe(subscribe(1).filter(topic, 1 | RETAIN_AS_PUBLISHED));
        client.disconnect();

        retain(topic, "retained");

        MqttProbe back = broker.client(V5, connect(id).keepSession());
        assertThat(back.receive(topic, "retained").retain()).isTrue();
    }

    @Test
    @Normative(v5 = "MQTT-3.3.1-9")
    void retainHandling0SendsAlways() {
        String topic = broker.topic("t");
        retain(topic, "kept");
        MqttProbe client = broker.client(V5);
        for (int i = 1; i <= 3; i++) {
            client.subscribe(subscribe(i).filter(topic, 1));
            assertThat(client.receive(topic, "kept").retain()).isTrue();
        }
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.1-10", "MQTT-3.8.4-4"})
    void retainHandling1SendsToNewSubscriptionsOnly() {
        String topic = broker.topic("t");
        retain(topic, "kept");
        MqttProbe client = broker.client(V5);

        client.subscribe(subscribe(1).filter(topic, 1 | RETAINED_IF_NEW));
        client.receive(topic, "kept");
        client.subscribe(subscribe(2).filter(topic, 2 | RETAINED_IF_NEW));
        client.expectNothing(BrokerUnderTest.QUIET);
        client.unsubscribe(topic);
        client.subscribe(subscribe(4).filter(topic, 1 | RETAINED_IF_NEW));
        client.receive(topic, "kept");
    }

    @Test
    @Normative(v5 = "MQTT-3.3.1-10")
    void subscriptionOfAResumedSessionIsNotNew() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5, connect(id).keepSession());
        client.subscribe(subscribe(1).filter(topic, 1));
        client.disconnect();
        MqttProbe back = broker.client(V5, connect(id).keepSession());
        back.ping();
        retain(topic, "kept");
        back.receive(topic, "kept");

        back.subscribe(subscribe(1).filter(topic, 1 | RETAINED_IF_NEW));

        back.expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = "MQTT-3.3.1-11")
    void retainHandling2SendsNever() {
        String topic = broker.topic("t");
        retain(topic, "kept");
        MqttProbe client = broker.client(V5);

        client.subscribe(subscribe(1).filter(topic, 1 | RETAINED_NEVER));
        client.expectNothing(BrokerUnderTest.QUIET);
        broker.client(V5).publish(topic, "live", 1);
        client.receive(topic, "live");
    }

    @Test
    @Normative(v5 = {"MQTT-3.8.4-3", "MQTT-3.8.4-5"})
    void optionsAreOfEachFilter() {
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5);
        client.subscribe(subscribe(1)
                .filter(topic + "/local", 1)
                .filter(topic + "/not", 1 | NO_LOCAL)
                .filter(topic + "/flag", 0 | RETAIN_AS_PUBLISHED));

        client.publish(topic + "/not", "own", 1);
        client.publish(topic + "/local", "own", 1);
        client.publish(publish(topic + "/flag", "own").retain(), 1);

        assertThat(client.receive(topic + "/local", "own").qos()).isEqualTo(1);
        assertThat(client.receive(topic + "/flag", "own").retain()).isTrue();
    }

    @Test
    void clientsOfMqtt311HaveNoOptions() {
        String topic = broker.topic("t");
        retain(topic, "kept");
        MqttProbe client = broker.subscriber(V311, topic, 1);
        assertThat(client.receive(topic, "kept").retain()).isTrue();

        client.publish(publish(topic, "own").retain(), 1);

        assertThat(client.receive(topic, "own").retain()).isFalse();
    }
}
