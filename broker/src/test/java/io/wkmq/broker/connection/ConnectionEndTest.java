package io.wkmq.broker.connection;

import static io.wkmq.testing.mqtt.Packets.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of connections that have ended. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ConnectionEndTest {
    @TempDir
    private Path home;

    @ParameterizedTest
    @EnumSource
    void connectionThatIsTakenOverSaysSo(MqttVersion version) {
        try (TestBroker broker = start();
                MqttProbe older = open(broker, version);
                MqttProbe newer = open(broker, version)) {
            older.connect(connect("c"));
            newer.connect(connect("c"));
            older.expectDisconnect(0x8E);

            awaitEnd(broker, "session_taken_over");
            assertThat(broker.metrics()).doesNotContain("reason=\"unspecified_error\"");
        }
    }

    @Test
    void connectionThatWasLostHasNoReason() {
        try (TestBroker broker = start();
                MqttProbe client = open(broker, MqttVersion.V5)) {
            client.connect(connect("c"));
            client.abort();

            awaitEnd(broker, "unspecified_error");
        }
    }

    private TestBroker start() {
        return TestBroker.start(home, Map.of("WKMQ_MANAGEMENT__LISTEN", "127.0.0.1:0"));
    }

    private static void awaitEnd(TestBroker broker, String reason) {
        Await.until(
                "an end is counted as " + reason,
                () -> broker.metrics().contains("wkmq_disconnects_total{reason=\"" + reason + "\",} 1.0\n"));
    }

    private static MqttProbe open(TestBroker broker, MqttVersion version) {
        return MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), version);
    }
}
