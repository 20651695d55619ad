package io.wkmq.broker.cluster;

import static io.wkmq.testing.mqtt.Packets.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.TestCluster;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Disconnect;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the fate of the sessions of a node that is stopped while others continue. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class StoppingNodeTest {
    private static final int SERVER_SHUTTING_DOWN = 0x8B;

    @TempDir
    private Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private TestBroker startDraining(String drain) {
        return cluster.start(1, Map.of("WKMQ_NODE__SHUTDOWN_DRAIN", drain));
    }

    private void meet() {
        cluster.start(2);
        cluster.succeeds(2, "cluster", "join", cluster.address(1));
    }

    private Connack open(MqttProbe client) {
        return client.send(connect("c").keepSession()).expect(Connack.class);
    }

    @Test
    void sessionFollowsItsClientWithWhatItIsOwedAndTheNodeWaitsNoLonger() {
        TestBroker stopping = startDraining("10m");
        meet();
        MqttProbe client = cluster.client(1);
        open(client);
        client.subscribe("t", 1);
        try (MqttProbe publisher = cluster.client(2, "publisher");
                MqttProbe again = cluster.client(2)) {
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(stopping::close);
            assertThat(client.expect(Disconnect.class).code()).isEqualTo(SERVER_SHUTTING_DOWN);
            publisher.publish("t", "while it is away", 1);
            assertThat(cluster.succeeds(1, "sessions", "list")).contains("Session(c,");
            assertThat(stopped).isNotDone();

            assertThat(open(again).sessionPresent()).isTrue();

            again.receive("t", "while it is away");
            Await.until("the node has stopped", stopped::isDone);
            assertThat(stopped).isCompleted();
            publisher.publish("t", "afterwards", 1);
            again.receive("t", "afterwards");
        }
        client.close();
    }

    @Test
    void sessionWhoseClientDoesNotComeInTimeIsThereAfterTheRestart() {
        TestBroker stopping = startDraining("100ms");
        meet();
        MqttProbe client = cluster.client(1);
        open(client);
        stopping.close();
        client.close();
        startDraining("0s");
        try (MqttProbe again = cluster.client(1)) {
            assertThat(open(again).sessionPresent()).isTrue();
        }
    }

    @Test
    void nodeWithoutOthersDoesNotWait() {
        TestBroker stopping = startDraining("10m");
        MqttProbe client = cluster.client(1);
        open(client);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(stopping::close);
        Await.until("the node has stopped", stopped::isDone);
        assertThat(stopped).isCompleted();
        client.close();
    }
}
