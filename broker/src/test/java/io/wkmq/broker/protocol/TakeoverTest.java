package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Property.sessionExpiry;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests a second connection with the same client identifier (3.1.4). */
@ProtocolTest
class TakeoverTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.1.4-3", "MQTT-4.13.2-1"},
            v311 = "MQTT-3.1.4-2")
    void olderConnectionIsClosed(MqttVersion version) {
        String id = broker.id();
        MqttProbe older = broker.client(version, connect(id));

        MqttProbe newer = broker.client(version, connect(id));

        older.expectDisconnect(0x8E);
        newer.ping();
    }

    @Test
    @Normative(v5 = "MQTT-3.1.4-3", v311 = "MQTT-3.1.4-2")
    void versionsTakeOverFromEachOther() {
        String id = broker.id();
        MqttProbe first = broker.client(V311, connect(id));
        MqttProbe second = broker.client(V5, connect(id));
        first.expectClosed();
        MqttProbe third = broker.client(V311, connect(id));
        second.expectDisconnect(0x8E);
        third.ping();
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.1.2-5", "MQTT-3.2.2-3"},
            v311 = {"MQTT-3.1.2-4", "MQTT-3.2.2-2"})
    void sessionGoesOnInTheNewerConnection(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe older = broker.client(version, connect(id).keepSession());
        older.subscribe(topic, 1);

        MqttProbe newer = broker.open(version);
        assertThat(newer.connect(connect(id).keepSession()).sessionPresent()).isTrue();
        older.expectDisconnect(0x8E);

        broker.client(version).publish(topic, "x", 1);
        newer.receive(topic, "x");
    }

    @Test
    @Normative(v5 = {"MQTT-3.1.2-4", "MQTT-3.1.4-4", "MQTT-3.2.2-2"})
    void cleanStartTakesOverTheIdentifierButNotTheSession() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe older = broker.client(V5, connect(id).keepSession());
        older.subscribe(topic, 1);

        MqttProbe newer = broker.open(V5);
        assertThat(newer.connect(connect(id).with(sessionExpiry(60))).sessionPresent())
                .isFalse();

        older.expectDisconnect(0x8E);
        newer.subscribe(topic + "/marker", 0);
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "must not arrive", 1);
        publisher.publish(topic + "/marker", "marker", 1);
        newer.receive(topic + "/marker", "marker");
    }

    @Test
    void manyTakeoversLeaveOneConnection() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe last = broker.client(V311, connect(id).keepSession());
        last.subscribe(topic, 0);
        for (int i = 0; i < 20; i++) {
            MqttProbe next = broker.client(V311, connect(id).keepSession());
            last.expectClosed();
            last = next;
        }

        broker.client(V311).publish(topic, "once", 0);

        last.receive(topic, "once");
        last.expectNothing(BrokerUnderTest.QUIET);
    }
}
