package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.disconnect;
import static io.wkmq.testing.mqtt.Property.sessionExpiry;
import static io.wkmq.testing.mqtt.Property.willDelay;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.normative.Normative;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Session expiry interval (3.1.2.11.2, 3.14.2.2.2). */
@ProtocolTest
class SessionExpiryTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    private boolean present(String id) {
        MqttProbe probe = broker.open(V5);
        boolean present = probe.connect(resume(id, 60)).sessionPresent();
        probe.send(disconnect().with(sessionExpiry(60))).expectClosed();
        return present;
    }

    private static ConnectBuilder resume(String id, long expiry) {
        return connect(id).cleanStart(false).with(sessionExpiry(expiry));
    }

    /** Waits without asking the broker, whose answer would change what is waited for. */
    private void letPass(Duration time) {
        broker.client(V311).expectNothing(time);
    }

    @Test
    @Normative(v5 = {"MQTT-4.1.0-2", "MQTT-3.2.2-3"})
    void sessionEndsWhenItsIntervalHasPassed() {
        String id = broker.id();
        broker.client(V5, resume(id, 1)).disconnect();

        letPass(Duration.ofMillis(2500));

        assertThat(present(id)).isFalse();
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-23")
    void sessionLastsWhileItsIntervalHasNotPassed() {
        String id = broker.id();
        broker.client(V5, resume(id, 12)).disconnect();
        letPass(Duration.ofSeconds(2));

        assertThat(present(id)).isTrue();
    }

    @Test
    @Normative(v5 = {"MQTT-4.1.0-1", "MQTT-3.1.2-23"})
    void intervalBeginsWhenTheConnectionEnds() {
        String id = broker.id();
        MqttProbe client = broker.client(V5, resume(id, 6));
        client.expectNothing(Duration.ofMillis(6500));
        client.disconnect();

        assertThat(present(id)).isTrue();
    }

    @Test
    @Normative(v5 = "MQTT-4.1.0-2")
    void sessionWithoutIntervalEndsWithTheConnection() {
        String id = broker.id();
        broker.client(V5, connect(id).cleanStart(false)).disconnect();

        assertThat(present(id)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0xFFFF_FFFFL, 0xFFFF_FFFEL, 0x7FFF_FFFFL, 0x8000_0000L})
    @Normative(v5 = "MQTT-3.1.2-23")
    void veryLongIntervalsDoNotOverflow(long seconds) {
        String id = broker.id();
        MqttProbe client = broker.open(V5);
        Connack connack = client.connect(resume(id, seconds));
        assertThat(connack.properties()
                        .number(PropertyType.SESSION_EXPIRY_INTERVAL)
                        .orElse(seconds))
                .isGreaterThanOrEqualTo(3600);
        client.disconnect();

        assertThat(present(id)).isTrue();
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-23")
    void disconnectMayChangeTheInterval() {
        String longer = broker.id();
        broker.client(V5, resume(longer, 1))
                .send(disconnect().with(sessionExpiry(60)))
                .expectClosed();
        String shorter = broker.id();
        broker.client(V5, resume(shorter, 60))
                .send(disconnect().with(sessionExpiry(0)))
                .expectClosed();

        letPass(Duration.ofMillis(2500));

        assertThat(present(longer)).isTrue();
        assertThat(present(shorter)).isFalse();
    }

    @Test
    @Normative(v5 = "MQTT-4.13.1-1")
    void disconnectMayNotGiveAnIntervalToASessionThatHadNone() {
        broker.client(V5, connect(broker.id()).with(sessionExpiry(0)))
                .send(disconnect().with(sessionExpiry(60)))
                .expectDisconnect(0x82);
    }

    @Test
    void reconnectMayChangeTheInterval() {
        String id = broker.id();
        broker.client(V5, resume(id, 60)).disconnect();
        broker.client(V5, resume(id, 1)).disconnect();

        letPass(Duration.ofMillis(2500));

        assertThat(present(id)).isFalse();
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-8")
    void endOfTheSessionPublishesTheWillBeforeItsDelay() {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 1);
        broker.client(
                        V5,
                        resume(broker.id(), 1).will(will(topic, "session ended").with(willDelay(60))))
                .abort();

        watcher.receive(topic, "session ended");
    }

    @Test
    void expiredSessionGetsNothingMore() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5, resume(id, 1));
        client.subscribe(topic, 1);
        client.disconnect();
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "queued", 1);

        letPass(Duration.ofMillis(2500));

        MqttProbe back = broker.client(V5, resume(id, 60));
        publisher.publish(topic, "live", 1);
        back.expectNothing(BrokerUnderTest.QUIET);
    }
}
