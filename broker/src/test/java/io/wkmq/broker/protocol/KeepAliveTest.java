package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.pingreq;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Deadline;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Disconnect;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.normative.Normative;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keep alive (3.1.2.10). */
@ProtocolTest
class KeepAliveTest {
    private static final int KEEP_ALIVE_TIMEOUT = 0x8D;

    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.1.2-22", "MQTT-3.2.2-22"},
            v311 = "MQTT-3.1.2-24")
    void silentClientIsClosedAfterOneAndAHalfTimesKeepAlive(MqttVersion version) {
        MqttProbe client = broker.open(version);
        long start = System.nanoTime(); // the server begins to count later
        Connack connack = client.connect(connect(broker.id()).keepAlive(2));
        assertThat(connack.properties().has(PropertyType.SERVER_KEEP_ALIVE)).isFalse();
        client.within(Duration.ofSeconds(3).plus(broker.timerSlack())).expectDisconnect(KEEP_ALIVE_TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(2800));
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.1.2-22", v311 = "MQTT-3.1.2-24")
    void anyPacketKeepsTheConnection(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe client = broker.client(version, connect(broker.id()).keepAlive(6));
        for (int i = 0; i < 2; i++) { // longer than one and a half times the keep alive in all
            client.ping();
            client.expectNothing(Duration.ofMillis(2500));
            client.publish(topic, "QoS 0 has no answer", 0);
            client.expectNothing(Duration.ofMillis(2500));
        }
        client.ping();
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.2-22", v311 = "MQTT-3.1.2-24")
    void packetsOfTheServerDoNotKeepTheConnection(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version, connect(broker.id()).keepAlive(1));
        subscriber.subscribe(topic, 0);
        MqttProbe publisher = broker.client(version);
        Deadline deadline = Deadline.after(Duration.ofMillis(1500).plus(broker.timerSlack()));

        Optional<ServerPacket> packet;
        do {
            publisher.publish(topic, "tick", 0);
            publisher.expectNothing(Duration.ofMillis(100));
            packet = subscriber.expectPacketOrEnd();
        } while (packet.isPresent() && packet.get() instanceof Publish);

        assertThat(deadline.passed()).isFalse();
        packet.ifPresent(last -> {
            assertThat(last).isInstanceOf(Disconnect.class);
            subscriber.expectClosed();
        });
    }

    @ParameterizedTest
    @EnumSource
    void keepAlive0TurnsItOff(MqttVersion version) {
        MqttProbe client = broker.client(version, connect(broker.id()).keepAlive(0));

        client.expectNothing(Duration.ofSeconds(4));

        client.ping();
    }

    @ParameterizedTest
    @EnumSource
    void longestKeepAliveIsNotShort(MqttVersion version) {
        MqttProbe client = broker.client(version, connect(broker.id()).keepAlive(65_535));

        client.expectNothing(Duration.ofSeconds(3));

        client.ping();
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.2-22", v311 = "MQTT-3.1.2-24")
    void halfAPacketDoesNotKeepTheConnection(MqttVersion version) {
        MqttProbe client = broker.client(version, connect(broker.id()).keepAlive(1));
        client.send(pingreq().encodeTruncated(version, 1));

        client.within(Duration.ofMillis(1500).plus(broker.timerSlack())).expectDisconnect(KEEP_ALIVE_TIMEOUT);
    }
}
