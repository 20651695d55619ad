package io.wkmq.broker.overload;

import static io.wkmq.testing.mqtt.Packets.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a node at its limits, as clients see it. */
@Timeout(60)
class OverloadTest {
    private static final int QUOTA_EXCEEDED = 0x97;

    @Test
    void connectionsBeyondTheMaximumAreClosedUntilOneLeaves(@TempDir Path home) {
        try (TestBroker broker = TestBroker.start(home, Map.of("WKMQ_OVERLOAD__MAX_CONNECTIONS", "2"));
                MqttProbe one = open(broker);
                MqttProbe two = open(broker)) {
            one.connect("one");
            two.connect("two");

            assertThat(letsIn(broker, "three")).isFalse();
            two.ping();
            one.disconnect();

            Await.until("a place is free", () -> letsIn(broker, "four"));
        }
    }

    @Test
    void connectsBeyondTheRateAreClosed(@TempDir Path home) {
        try (TestBroker broker = TestBroker.start(home, Map.of("WKMQ_OVERLOAD__CONNECT_RATE", "1"))) {
            Await.until("a second connect in one second", () -> !letsIn(broker, "quick"));
            Await.until("another second", () -> letsIn(broker, "patient"));
        }
    }

    @Test
    void sessionsBeyondTheMaximumAreRefusedAndThoseOfKnownClientsAreNot(@TempDir Path home) {
        try (TestBroker broker = TestBroker.start(home, Map.of("WKMQ_OVERLOAD__MAX_SESSIONS", "1"));
                MqttProbe first = open(broker);
                MqttProbe other = open(broker);
                MqttProbe again = open(broker)) {
            first.connect(connect("known").keepSession());
            first.disconnect();

            assertThat(other.send(connect("unknown")).expect(Connack.class).code())
                    .isEqualTo(QUOTA_EXCEEDED);
            assertThat(again.connect(connect("known").keepSession()).sessionPresent())
                    .isTrue();
        }
    }

    /** Whether a client gets its CONNACK; it leaves at once. */
    private static boolean letsIn(TestBroker broker, String id) {
        try (MqttProbe probe = open(broker)) {
            return probe.send(connect(id)).expectPacketOrEnd().isPresent();
        }
    }

    private static MqttProbe open(TestBroker broker) {
        return MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
    }
}
