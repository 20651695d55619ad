package io.wkmq.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestCluster;
import io.wkmq.broker.http.Json;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the alarms of the remaining nodes of a cluster about a node that is gone. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ClusterAlarmsTest {
    private static final Duration IN_TIME = Duration.ofSeconds(30);
    private static final String TOPICS = "$SYS/brokers/wkmq1@127.0.0.1/alarms/";

    @TempDir
    private Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
        cluster.start(1, Map.of("WKMQ_MANAGEMENT__LISTEN", "127.0.0.1:0"));
        cluster.start(2);
        cluster.succeeds(2, "cluster", "join", cluster.address(1));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String alarms(String which) {
        return cluster.succeeds(1, "alarms", which);
    }

    @Test
    void nodeThatIsGoneIsAnAlarmUntilItIsBack() {
        try (MqttProbe watcher = cluster.client(1, "watcher")) {
            watcher.subscribe(TOPICS + '#', 0);
            assertThat(alarms("list")).isEmpty();
            cluster.cutOff(2);

            Publish begun = watcher.within(IN_TIME).expect(Publish.class);
            assertThat(begun.topic()).isEqualTo(TOPICS + "activate");
            assertThat(Json.object(begun.text()))
                    .containsEntry("name", "node_down/wkmq2@127.0.0.1")
                    .containsEntry("message", "Node wkmq2@127.0.0.1 is gone: it does not run, or cannot be reached")
                    .containsEntry("deactivate_at", "infinity")
                    .containsEntry("activated", true)
                    .hasEntrySatisfying(
                            "details",
                            details -> assertThat(details)
                                    .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                                    .containsEntry("address", "127.0.0.1:" + cluster.port(2)));
            assertThat(alarms("list"))
                    .startsWith("Alarm(node_down/wkmq2@127.0.0.1, activated_at=20")
                    .endsWith("Z, message=Node wkmq2@127.0.0.1 is gone: it does not run, or cannot be reached)\n");
            assertThat(cluster.succeeds(1, "broker"))
                    .endsWith("cluster   : wkmq, 1 node running, 1 stopped\nalarms    : 1\n");
            assertThat(cluster.node(1).metrics())
                    .contains("wkmq_alarms_active{alarm=\"node_down\",} 1.0\n")
                    .contains("wkmq_alarms_total{alarm=\"node_down\",} 1.0\n");

            cluster.stop(2);
            cluster.start(2);
            Publish over = watcher.within(IN_TIME).expect(Publish.class);
            assertThat(over.topic()).isEqualTo(TOPICS + "deactivate");
            Map<String, Object> said = Json.object(over.text());
            assertThat(said)
                    .containsEntry("name", "node_down/wkmq2@127.0.0.1")
                    .containsEntry("activated", false)
                    .containsEntry("activate_at", Json.object(begun.text()).get("activate_at"));
            Await.until("the list is empty", () -> alarms("list").isEmpty());
            assertThat(alarms("history"))
                    .startsWith("Alarm(node_down/wkmq2@127.0.0.1, activated_at=20")
                    .contains("Z, deactivated_at=20");
        }
    }

    @Test
    void nodeThatLeavesIsNone() {
        try (MqttProbe watcher = cluster.client(1, "watcher")) {
            watcher.subscribe(TOPICS + '#', 0);
            cluster.succeeds(2, "cluster", "leave");
            Await.until(
                    "the node is gone",
                    () -> cluster.succeeds(1, "cluster", "status").equals(cluster.running(1)));
            watcher.expectNothing(Duration.ofSeconds(3));
            assertThat(alarms("list")).isEmpty();
            assertThat(alarms("history")).isEmpty();
            assertThat(cluster.succeeds(2, "alarms", "list")).isEmpty();
            assertThat(cluster.succeeds(2, "alarms", "history")).isEmpty();
        }
    }
}
