package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.pubcomp;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrec;
import static io.wkmq.testing.mqtt.Property.receiveMaximum;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Disconnect;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.mqtt.ServerPacket.Pubrel;
import io.wkmq.testing.normative.Normative;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flow control by Receive Maximum (3.3.4, 4.9). */
@ProtocolTest
class FlowControlTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 1", "2, 2", "10, 1", "10, 2"})
    @Normative(v5 = {"MQTT-3.3.4-9", "MQTT-4.9.0-1", "MQTT-4.9.0-2"})
    void serverKeepsWithinTheClientsWindow(int window, int qos) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(broker.id()).with(receiveMaximum(window)));
        subscriber.subscribe(topic, qos);
        MqttProbe publisher = broker.client(V5);
        int count = 3 * window;
        for (int i = 0; i < count; i++) {
            publisher.publish(topic, "m" + i, qos);
        }

        Deque<Publish> unacknowledged = new ArrayDeque<>();
        for (int i = 0; i < window; i++) {
            unacknowledged.add(subscriber.expectPublish(topic, "m" + i));
        }
        subscriber.expectNothing(BrokerUnderTest.QUIET);
        for (int i = window; i < count; i++) {
            subscriber.acknowledge(unacknowledged.remove());
            unacknowledged.add(subscriber.expectPublish(topic, "m" + i));
        }
        subscriber.expectNothing(BrokerUnderTest.QUIET);
        unacknowledged.forEach(subscriber::acknowledge);
        subscriber.ping();
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.4-9", "MQTT-4.9.0-2"})
    void qos2HoldsItsPlaceUntilPubcomp() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(broker.id()).with(receiveMaximum(1)));
        subscriber.subscribe(topic, 2);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "one", 2);
        publisher.publish(topic, "two", 2);
        int id = subscriber.expectPublish(topic, "one").packetId();

        subscriber.send(pubrec(id)).expect(Pubrel.class);
        subscriber.expectNothing(BrokerUnderTest.QUIET);
        subscriber.send(pubcomp(id));

        subscriber.receive(topic, "two");
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.4-10", "MQTT-4.9.0-3"})
    void fullWindowHoldsBackNothingElse() {
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5, connect(broker.id()).with(receiveMaximum(1)));
        client.subscribe(topic + "/1", 1);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic + "/1", "fills the window", 1);
        Publish first = client.expectPublish(topic + "/1", "fills the window");
        publisher.publish(topic + "/1", "waits", 1);

        client.ping();
        client.subscribe(topic + "/other", 0);
        client.publish(broker.topic("elsewhere"), "x", 1);
        client.publish(broker.topic("elsewhere"), "x", 2);
        client.unsubscribe(topic + "/other");
        client.expectNothing(BrokerUnderTest.QUIET);

        client.acknowledge(first);
        client.receive(topic + "/1", "waits");
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.4-9", "MQTT-4.9.0-1"})
    @MosquittoDeviates("sends everything again at once")
    void smallerWindowAfterReconnectHoldsForWhatIsSentAgain() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession().with(receiveMaximum(5)));
        subscriber.subscribe(topic, 1);
        MqttProbe publisher = broker.client(V5);
        for (int i = 0; i < 5; i++) {
            publisher.publish(topic, "m" + i, 1);
            subscriber.expectPublish(topic, "m" + i);
        }
        subscriber.abort();

        MqttProbe back = broker.client(V5, connect(id).keepSession().with(receiveMaximum(2)));

        Publish first = back.expectPublish(topic, "m0");
        Publish second = back.expectPublish(topic, "m1");
        back.expectNothing(BrokerUnderTest.QUIET);
        back.acknowledge(first);
        back.acknowledge(second);
        for (int i = 2; i < 5; i++) {
            back.receive(topic, "m" + i);
        }
    }

    @Test
    void withoutReceiveMaximumManyMessagesAreOnTheirWay() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 1);
        MqttProbe publisher = broker.client(V5);
        for (int i = 0; i < 30; i++) {
            publisher.publish(topic, "m" + i, 1);
        }

        for (int i = 0; i < 30; i++) {
            subscriber.expectPublish(topic, "m" + i);
        }
    }

    @Test
    @Normative(v5 = {"MQTT-4.9.0-1", "MQTT-4.13.1-1"})
    @MosquittoDeviates("answers PUBREC 0x97")
    void clientAboveTheServersWindowIsClosed() {
        MqttProbe client = broker.open(V5);
        long window = client.connect(broker.id())
                .properties()
                .number(PropertyType.RECEIVE_MAXIMUM)
                .orElse(65_535);
        String topic = broker.topic("t");
        for (int i = 1; i <= window; i++) {
            client.send(publish(topic, "x").qos(2, i));
            if (i % 50 == 0) {
                for (int j = 0; j < 50; j++) {
                    client.expect(Pubrec.class); // without PUBREL the exchange stays open
                }
            }
        }
        for (int j = 0; j < window % 50; j++) {
            client.expect(Pubrec.class);
        }
        if (window == 65_535) {
            return; // there are no more packet identifiers
        }

        client.send(publish(topic, "one too many").qos(2, (int) window + 1));

        assertThat(client.expect(Disconnect.class).code()).isEqualTo(0x93);
        client.expectClosed();
    }
}
