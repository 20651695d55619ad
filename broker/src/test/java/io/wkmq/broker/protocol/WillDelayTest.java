package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.disconnect;
import static io.wkmq.testing.mqtt.Property.sessionExpiry;
import static io.wkmq.testing.mqtt.Property.willDelay;
import static io.wkmq.testing.mqtt.WillBuilder.will;

import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.normative.Normative;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Will delay interval (3.1.3.2.2). */
@ProtocolTest
class WillDelayTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private ConnectBuilder delayed(String id, String topic, int delaySeconds, int expirySeconds) {
        return connect(id)
                .cleanStart(false)
                .with(sessionExpiry(expirySeconds))
                .will(will(topic, "gone").qos(1).with(willDelay(delaySeconds)));
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-8")
    void willWaitsForItsDelay() {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 1);

        broker.client(V5, delayed(broker.id(), topic, 8, 60)).abort();

        watcher.expectNothing(Duration.ofMillis(1200));
        watcher.receive(topic, "gone");
    }

    @Test
    @Normative(v5 = "MQTT-3.1.3-9")
    void clientThatIsBackInTimeKeepsItsWillUnpublished() {
        String id = broker.id();
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 1);
        broker.client(V5, delayed(id, topic, 6, 60)).abort();
        broker.client(V5, connect(id).cleanStart(false).with(sessionExpiry(60)));
        watcher.expectNothing(Duration.ofSeconds(7));
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-8")
    @MosquittoDeviates("waits for the delay")
    void delayEndsWithTheSession() {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 1);

        broker.client(V5, delayed(broker.id(), topic, 60, 0)).abort();

        watcher.receive(topic, "gone");
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-8")
    @MosquittoDeviates("drops the will")
    void cleanStartEndsTheSessionAndWithItTheDelay() {
        String id = broker.id();
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 1);
        broker.client(V5, delayed(id, topic, 60, 60)).abort();

        broker.client(V5, connect(id));

        watcher.receive(topic, "gone");
    }

    @Test
    @Normative(v5 = "MQTT-3.1.3-9")
    void takeoverWithinTheDelayKeepsTheWillUnpublished() {
        String id = broker.id();
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 1);
        MqttProbe older = broker.client(V5, delayed(id, topic, 1, 60));

        broker.client(V5, connect(id).cleanStart(false).with(sessionExpiry(60)));

        older.expectDisconnect(0x8E);
        watcher.expectNothing(Duration.ofSeconds(2));
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-10")
    void disconnectDropsADelayedWill() {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 1);

        broker.client(V5, delayed(broker.id(), topic, 1, 60)).disconnect();

        watcher.expectNothing(Duration.ofSeconds(2));
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-8")
    void disconnectThatAsksForTheWillWaitsForItsDelay() {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 1);

        broker.client(V5, delayed(broker.id(), topic, 8, 60))
                .send(disconnect(0x04))
                .expectClosed();

        watcher.expectNothing(Duration.ofMillis(1200));
        watcher.receive(topic, "gone");
    }
}
