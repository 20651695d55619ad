package io.wkmq.broker.connection;

import static io.wkmq.testing.mqtt.Packets.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.plugin.PluginJars;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what is reported about connections that have ended. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ConnectionEndTest {
    /** Notes the ends of connections in a file. */
    private static final String LISTENER = """
            public void start(PluginContext context) {
                java.nio.file.Path heard = context.homeDirectory().resolve("heard");
                context.addClientListener(new ClientListener() {
                    public void disconnected(ClientInfo client, int reasonCode, String reason) {
                        try {
                            java.nio.file.Files.writeString(
                                    heard,
                                    client.clientId() + ' ' + reasonCode + ' ' + reason + '\\n',
                                    java.nio.file.StandardOpenOption.CREATE,
                                    java.nio.file.StandardOpenOption.APPEND);
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    }
                });
            }
            public void stop() {}
            """;

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

    @Test
    void pluginsHearThatAConnectionWasTakenOver() throws IOException {
        new PluginJars(
                        Files.createDirectories(home.resolve("plugins")),
                        Files.createDirectories(home.resolve("scratch")))
                .add("listener", LISTENER);
        try (TestBroker broker = TestBroker.start(home, Map.of("WKMQ_PLUGINS__LOADED", "listener"));
                MqttProbe older = open(broker, MqttVersion.V5);
                MqttProbe newer = open(broker, MqttVersion.V5)) {
            older.connect(connect("c"));
            newer.connect(connect("c"));
            older.expectDisconnect(0x8E);

            Await.until("the plugin hears of the end", () -> heard().endsWith("\n"));
            assertThat(heard()).isEqualTo("c 142 session_taken_over\n");
        }
    }

    private String heard() {
        Path file = home.resolve("heard");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
