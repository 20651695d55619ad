package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.pubrec;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Property.maximumPacketSize;
import static io.wkmq.testing.mqtt.Property.requestProblemInformation;
import static io.wkmq.testing.mqtt.Property.sessionExpiry;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Properties;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Pubrel;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the contents of CONNACK (3.2). The probe checks flags, codes and properties of every CONNACK. */
@ProtocolTest
class ConnackTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @Test
    @Normative(v5 = {"MQTT-3.2.2-8", "MQTT-2.2.2-1"})
    void announcesTheFeaturesOfTheServer() {
        Properties properties = broker.open(V5).connect(broker.id()).properties();

        assertThat(properties.number(PropertyType.RECEIVE_MAXIMUM).orElse(65_535))
                .isGreaterThanOrEqualTo(100);
        assertThat(properties.has(PropertyType.MAXIMUM_QOS)).isFalse();
        assertThat(properties.number(PropertyType.RETAIN_AVAILABLE).orElse(1)).isEqualTo(1);
        assertThat(properties
                        .number(PropertyType.WILDCARD_SUBSCRIPTION_AVAILABLE)
                        .orElse(1))
                .isEqualTo(1);
        assertThat(properties
                        .number(PropertyType.SUBSCRIPTION_IDENTIFIER_AVAILABLE)
                        .orElse(1))
                .isEqualTo(1);
        assertThat(properties.number(PropertyType.SHARED_SUBSCRIPTION_AVAILABLE).orElse(1))
                .isEqualTo(1);
        assertThat(properties.number(PropertyType.TOPIC_ALIAS_MAXIMUM).orElse(0))
                .isPositive();
    }

    @Test
    @Normative(v5 = {"MQTT-3.2.2-19", "MQTT-3.2.2-20", "MQTT-3.1.2-24"})
    void fitsTheClientsMaximumPacketSize() {
        broker.client(V5, connect(broker.id()).with(maximumPacketSize(100))).ping();
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.2.2-1", "MQTT-3.2.2-2", "MQTT-3.1.4-4"},
            v311 = {"MQTT-3.2.2-1", "MQTT-3.1.4-3"})
    void sessionPresentIs0AfterCleanStart(MqttVersion version) {
        String id = broker.id();
        broker.client(version, connect(id).keepSession()).disconnect();

        Connack connack = broker.open(version).connect(connect(id));

        assertThat(connack.sessionPresent()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.2.2-3", "MQTT-3.1.2-5", "MQTT-3.1.2-6"},
            v311 = {"MQTT-3.2.2-2", "MQTT-3.2.2-3", "MQTT-3.1.2-4"})
    void sessionPresentTellsTheTruth(MqttVersion version) {
        String id = broker.id();
        MqttProbe first = broker.open(version);
        assertThat(first.connect(connect(id).keepSession()).sessionPresent()).isFalse();
        first.disconnect();

        MqttProbe second = broker.open(version);
        assertThat(second.connect(connect(id).keepSession()).sessionPresent()).isTrue();
        second.disconnect();
    }

    @Test
    @Normative(v5 = "MQTT-3.2.2-3")
    void sessionThatEndedWithItsConnectionIsNotPresent() {
        String id = broker.id();
        broker.client(V5, connect(id).with(sessionExpiry(0))).disconnect();

        assertThat(broker.open(V5).connect(connect(id).cleanStart(false)).sessionPresent())
                .isFalse();
    }

    @Test
    @Normative(v5 = "MQTT-3.2.0-2")
    void thereIsOnlyOneConnack() {
        MqttProbe probe = broker.client(V5);

        probe.ping();
        probe.subscribe(broker.topic("t"), 2);
        probe.publish(broker.topic("t"), "x", 2);
        probe.receive(broker.topic("t"), "x");
        probe.disconnect();
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-29")
    void withoutProblemInformationAnswersAreBare() {
        MqttProbe probe = broker.client(V5, connect(broker.id()).with(requestProblemInformation(0)));

        // Each of these has something to tell; the probe fails at a reason string or user property.
        probe.publish(broker.topic("nobody"), "x", 1);
        probe.publish(broker.topic("nobody"), "x", 2);
        probe.send(pubrel(4711)).expect(Pubcomp.class);
        probe.send(pubrec(4711)).expect(Pubrel.class);
        probe.unsubscribe(broker.topic("never"));
        probe.ping();
    }
}
