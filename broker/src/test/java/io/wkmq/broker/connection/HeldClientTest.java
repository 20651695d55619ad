package io.wkmq.broker.connection;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.disconnect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.WillBuilder.will;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.plugin.PluginJars;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.PacketBuilder;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a client that is not read for a while. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class HeldClientTest {
    private static final String SLOW_AUTHORIZER = """
            public void start(PluginContext context) {
                context.addAuthorizer((client, request) -> {
                    boolean slow = request instanceof AccessRequest.Publish publish
                            && publish.topic().text().equals("slow");
                    return CompletableFuture.supplyAsync(
                            () -> Authorization.ALLOW,
                            CompletableFuture.delayedExecutor(slow ? 4_000 : 0, TimeUnit.MILLISECONDS));
                });
            }
            public void stop() {}
            """;

    @TempDir
    private Path home;

    @Test
    void goodByeCountsThoughItWaitsBehindAMessage() throws IOException {
        try (TestBroker broker = withSlowAuthorizer();
                MqttProbe watcher = open(broker)) {
            watcher.connect("watcher");
            watcher.subscribe("will/#", 0);

            leaveBehindAHeldMessage(broker, "normal", disconnect());
            leaveBehindAHeldMessage(broker, "with-will", disconnect(0x04));

            awaitOnlyTheWatcher(broker);
            watcher.expectPublish("will/with-will", "gone");
            watcher.send(publish("will/marker", "x")).expectPublish("will/marker", "x");
        }
    }

    private static void awaitOnlyTheWatcher(TestBroker broker) {
        Await.until(
                "the sessions of the others are over", () -> broker.metrics().contains("\nwkmq_sessions 1.0\n"));
    }

    @Test
    void goodByeCountsThoughTheKeepAliveEndsTheConnection() throws IOException {
        try (TestBroker broker = withSlowAuthorizer();
                MqttProbe watcher = open(broker);
                MqttProbe client = open(broker)) {
            watcher.connect("watcher");
            watcher.subscribe("will/#", 0);

            client.connect(connect("silent").keepAlive(1).will(will("will/silent", "gone")));
            client.send(publish("slow", "x").qos(1, 1)).send(disconnect());

            awaitOnlyTheWatcher(broker);
            watcher.send(publish("will/marker", "x")).expectPublish("will/marker", "x");
        }
    }

    private static void leaveBehindAHeldMessage(TestBroker broker, String clientId, PacketBuilder<?> farewell) {
        try (MqttProbe client = open(broker)) {
            client.connect(connect(clientId).will(will("will/" + clientId, "gone")));
            client.send(publish("slow", "x").qos(1, 1)).send(farewell);
        }
    }

    @Test
    void keepAliveDoesNotEndAConnectionThatIsNotRead() throws IOException {
        try (TestBroker broker = withSlowAuthorizer();
                MqttProbe client = open(broker)) {
            client.connect(connect("held").keepAlive(1));
            client.send(publish("slow", "x").qos(1, 1));
            String large = "x".repeat(100_000);
            for (int i = 0; i < 20; i++) {
                client.send(publish("quick", large)); // more than what is read while it is held
            }

            client.expect(Puback.class);
            client.ping();
        }
    }

    private TestBroker withSlowAuthorizer() throws IOException {
        Path plugins = Files.createDirectories(home.resolve("plugins"));
        new PluginJars(plugins, Files.createDirectories(home.resolve("scratch"))).add("slow", SLOW_AUTHORIZER);
        return TestBroker.start(
                home,
                Map.of(
                        "WKMQ_PLUGINS__LOADED",
                        "slow",
                        "WKMQ_PLUGIN__SLOW__TIMEOUT",
                        "30s",
                        "WKMQ_MANAGEMENT__LISTEN",
                        "127.0.0.1:0"));
    }

    private static MqttProbe open(TestBroker broker) {
        return MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
    }
}
