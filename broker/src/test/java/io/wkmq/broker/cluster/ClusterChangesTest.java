package io.wkmq.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestCluster;
import io.wkmq.broker.http.Json;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.WillBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code wkctl cluster} on real nodes, whose clients stay connected throughout. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ClusterChangesTest {
    /** After that the wills of a node that died are published. */
    private static final Duration WILLS_AT_LATEST = Duration.ofMillis(3_500);

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

    private void awaitRunning(int on, int... nodes) {
        Await.until(
                Duration.ofSeconds(60),
                () -> cluster.wkctl(on, "cluster", "status").text(),
                () -> cluster.wkctl(on, "cluster", "status").text().contains(running(nodes)));
    }

    /** Waits until a node knows that both nodes have subscribers. */
    private void awaitRoutes(int on, String filter) {
        Await.until("both nodes are routes of " + filter, () -> {
            String routes = cluster.wkctl(on, "routes", "show", filter).text();
            return routes.contains(cluster.name(1)) && routes.contains(cluster.name(2));
        });
    }

    private String running(int... nodes) {
        String line = cluster.running(nodes);
        return line.substring(0, line.indexOf(']') + 1);
    }

    @Test
    void aNodeWithAnotherNumberOfReplicasIsToldWhyItMayNotJoin() {
        cluster.start(1, Map.of("WKMQ_CLUSTER__CHANNELS__REPLICAS", "3"));
        cluster.start(2);

        String why = "Node %s has cluster.channels.replicas = %d and node %s has %d; it must be the same on all nodes";
        assertThat(cluster.fails(2, "cluster", "join", cluster.address(1)))
                .contains(String.format(why, cluster.name(2), 1, cluster.name(1), 3));
        assertThat(cluster.fails(1, "cluster", "join", cluster.address(2)))
                .contains(String.format(why, cluster.name(1), 3, cluster.name(2), 1));
    }

    @Test
    void nodesJoinAndLeaveByCommandWhileTheirClientsStay() {
        cluster.start(1);
        cluster.start(2);
        try (MqttProbe one = cluster.client(1, "one");
                MqttProbe two = cluster.client(2, "two")) {
            one.subscribe("t", 1);
            assertThat(cluster.succeeds(1, "cluster", "status")).isEqualTo(cluster.running(1));
            assertThat(cluster.fails(1, "cluster", "leave"))
                    .isEqualTo("Failed to leave the cluster: node_not_in_cluster\n");

            assertThat(cluster.succeeds(2, "cluster", "join", cluster.address(1)))
                    .isEqualTo("Join the cluster successfully.\n" + cluster.running(1, 2));
            awaitRunning(1, 1, 2);
            assertThat(cluster.succeeds(1, "cluster", "status")).isEqualTo(cluster.running(1, 2));
            Await.until(
                    "the route is there",
                    () -> cluster.wkctl(2, "routes", "show", "t").status() == 0);
            two.publish("t", "over", 1);
            one.receive("t", "over");
            assertThat(cluster.fails(2, "cluster", "join", cluster.address(1)))
                    .startsWith("Failed to join the cluster: {already_in_cluster,'wkmq1@127.0.0.1'}\n");
            assertThat(cluster.succeeds(2, "cluster", "join", cluster.address(2)))
                    .isEqualTo("Ignore.\n");

            assertThat(cluster.succeeds(2, "cluster", "leave"))
                    .isEqualTo("Leave the cluster successfully.\n" + cluster.running(2));
            awaitRunning(1, 1);
            assertThat(cluster.succeeds(2, "cluster", "status"))
                    .isEqualTo(cluster.running(2)
                            + "This node has left its cluster; it comes back by 'cluster join' on it\n");
            two.publish("t", "alone", 1);
            one.ping();
            two.ping();
            one.expectNothing(Duration.ofMillis(200));
        }
    }

    @Test
    void nodeThatLeavesOrIsRemovedCostsNoClientItsWill() {
        cluster.start(1);
        cluster.start(2);
        cluster.succeeds(2, "cluster", "join", cluster.address(1));
        List<MqttProbe> clients = new ArrayList<>();
        try (MqttProbe watching1 = cluster.client(1, "watching1");
                MqttProbe watching2 = cluster.client(2, "watching2")) {
            watching1.subscribe("will/#", 1);
            watching2.subscribe("will/#", 1);
            for (int i = 0; i < 4; i++) {
                MqttProbe client = cluster.client(1 + i % 2);
                client.connect(Packets.connect("c" + i).will(WillBuilder.will("will/" + i, "died")));
                clients.add(client);
            }
            for (int node = 1; node <= 2; node++) {
                awaitRoutes(node, "will/#");
            }
            for (MqttProbe client : clients) {
                client.publish("will/", "passed on", 1);
            }
            for (int i = 0; i < clients.size(); i++) {
                watching1.receive("will/", "passed on");
                watching2.receive("will/", "passed on");
            }

            cluster.succeeds(2, "cluster", "leave");
            awaitRunning(1, 1);
            watching1.expectNothing(WILLS_AT_LATEST);
            watching2.expectNothing(Duration.ofMillis(10));

            cluster.succeeds(2, "cluster", "join", cluster.address(1));
            cluster.succeeds(1, "cluster", "remove", cluster.name(2));
            awaitRunning(2, 2);
            watching1.expectNothing(WILLS_AT_LATEST);
            watching2.expectNothing(Duration.ofMillis(10));

            clients.forEach(MqttProbe::ping);
        } finally {
            clients.forEach(MqttProbe::close);
        }
    }

    @Test
    void sessionsFromBeforeTheNodesMetAreKnownToBoth() {
        cluster.start(1);
        cluster.start(2);
        try (MqttProbe older = cluster.client(1, "pump");
                MqttProbe newer = cluster.client(2, "pump");
                MqttProbe kept = cluster.client(1)) {
            kept.connect(Packets.connect("kept").keepSession());
            kept.subscribe("t", 1);
            kept.disconnect();
            older.publish("t", "from before", 1);

            cluster.succeeds(2, "cluster", "join", cluster.address(1));

            older.expectDisconnect(0x8E);
            newer.ping();
            try (MqttProbe moved = cluster.client(2)) {
                assertThat(moved.connect(Packets.connect("kept").keepSession()).sessionPresent())
                        .isTrue();
                moved.receive("t", "from before");
            }
        }
    }

    @Test
    void joinIsRefusedWithTheReason() {
        cluster.start(1);
        cluster.start(2, Map.of("WKMQ_NODE__COOKIE", "another-cookie-altogether"));
        assertThat(cluster.fails(2, "cluster", "join", cluster.address(1)))
                .startsWith("Failed to join the cluster: ")
                .contains("cookie");
        assertThat(cluster.succeeds(1, "cluster", "status")).isEqualTo(cluster.running(1));
        assertThat(cluster.succeeds(1, "cluster", "diagnose"))
                .contains("Refused connections:")
                .contains("wrong_cookie");
        Map<String, Object> status = Json.object(cluster.succeeds(1, "cluster", "status", "--json"));
        assertThat((List<?>) status.get("refusals")).hasSize(1);
        assertThat(cluster.fails(2, "cluster", "join", "wkmq9@127.0.0.1:" + cluster.port(4)))
                .startsWith("Failed to join the cluster: {node_down,'wkmq9@127.0.0.1'}\nNo node answers at 127.0.0.1:"
                        + cluster.port(4));
        assertThat(cluster.fails(2, "cluster", "join", "nonsense"))
                .startsWith("Failed to join the cluster: 'nonsense' is not a node; expected name@host");
    }

    @Test
    void joinOfANodeByAnotherNameSaysWhoAnswers() {
        cluster.start(1);
        cluster.start(2);
        assertThat(cluster.fails(2, "cluster", "join", "wkmq7@127.0.0.1:" + cluster.port(1)))
                .startsWith("Failed to join the cluster: the node at 127.0.0.1:" + cluster.port(1)
                        + " is wkmq1@127.0.0.1; expected wkmq7@127.0.0.1");
        assertThat(cluster.fails(2, "cluster", "join", "wkmq1@127.0.0.1"))
                .as("the first port of the range is that of node 2 itself")
                .startsWith("Failed to join the cluster: the node at 127.0.0.1:" + cluster.port(2)
                        + " is wkmq2@127.0.0.1; expected wkmq1@127.0.0.1");
        assertThat(cluster.succeeds(2, "cluster", "status")).isEqualTo(cluster.running(2));
    }

    @Test
    void removedNodeStaysAwayUntilItIsJoinedAgain() {
        cluster.start(1);
        cluster.start(2);
        cluster.succeeds(2, "cluster", "join", cluster.address(1));
        try (MqttProbe client = cluster.client(2, "client")) {
            assertThat(cluster.succeeds(1, "cluster", "remove", cluster.name(1)))
                    .isEqualTo("Ignore.\n");
            assertThat(cluster.fails(1, "cluster", "remove", "wkmq5@127.0.0.1"))
                    .isEqualTo("Failed to remove the node from cluster: node_not_in_cluster\n"
                            + "No node has the name or id 'wkmq5@127.0.0.1'; known are wkmq1@127.0.0.1,"
                            + " wkmq2@127.0.0.1\n");
            assertThat(cluster.succeeds(1, "cluster", "force-leave", cluster.name(2)))
                    .isEqualTo("Remove the node from cluster successfully.\n" + cluster.running(1));
            awaitRunning(2, 2);
            client.ping();
            Await.until(
                    "node 2 is done with its removal, and joins",
                    () -> cluster.wkctl(2, "cluster", "join", cluster.address(1))
                                    .status()
                            == 0);
            awaitRunning(1, 1, 2);
            client.ping();
        }
    }

    @Test
    void statusShowsTheSameRoutesOnAllNodes() {
        cluster.start(1);
        cluster.start(2);
        cluster.succeeds(2, "cluster", "join", cluster.address(1));
        try (MqttProbe client = cluster.client(2, "client")) {
            client.subscribe("a/+", 1);
            Await.until(
                    "both nodes have the same routes",
                    () -> routes(1).equals(routes(2)) && routes(1).toString().contains("count=1"));
            assertThat(routes(1)).hasSize(2);
        }
    }

    /** What a node says of the routes of each node, by the order of their names. */
    private List<?> routes(int node) {
        Map<String, Object> status = Json.object(cluster.succeeds(node, "cluster", "status", "--json"));
        return ((List<?>) Objects.requireNonNull(status.get("nodes")))
                .stream().map(one -> ((Map<?, ?>) one).get("routes")).toList();
    }

    @Test
    void deadNodeIsStoppedAndRemovedByItsId() {
        cluster.start(1);
        cluster.start(2);
        cluster.succeeds(2, "cluster", "join", cluster.address(1));
        cluster.stop(2);
        String stopped = "Cluster status: [{running_nodes,['wkmq1@127.0.0.1']},{stopped_nodes,['wkmq2@127.0.0.1']}]\n";
        Await.until(
                Duration.ofSeconds(60),
                () -> cluster.wkctl(1, "cluster", "status").text(),
                () -> cluster.wkctl(1, "cluster", "status").text().equals(stopped));
        Map<String, Object> status = Json.object(cluster.succeeds(1, "cluster", "status", "--json"));
        assertThat(status)
                .containsEntry("running_nodes", List.of("wkmq1@127.0.0.1"))
                .containsEntry("stopped_nodes", List.of("wkmq2@127.0.0.1"));
        Map<?, ?> dead = (Map<?, ?>) ((List<?>) Objects.requireNonNull(status.get("nodes"))).get(1);
        assertThat(dead.get("state")).isEqualTo("stopped");
        assertThat(cluster.succeeds(1, "cluster", "diagnose"))
                .contains("127.0.0.1:" + cluster.port(2) + "  no answer: ")
                .contains(", dead since ");
        assertThat(cluster.succeeds(1, "cluster", "remove", String.valueOf(dead.get("id"))))
                .isEqualTo("Remove the node from cluster successfully.\n" + cluster.running(1));
    }

    @Test
    void banOfOneNodeHoldsOnAllAndOnThoseThatComeLater() {
        cluster.start(1);
        cluster.start(2);
        cluster.succeeds(1, "banned", "add", "clientid", "evil");
        cluster.succeeds(2, "banned", "add", "username", "mallory");
        cluster.succeeds(2, "cluster", "join", cluster.address(1));
        Await.until("node 2 knows", () -> bans(2) == 2);
        Await.until("node 1 knows", () -> bans(1) == 2);
        try (MqttProbe evil = cluster.client(2)) {
            evil.send(Packets.connect("evil")).expectRefusal(0x8A);
        }
        cluster.succeeds(2, "banned", "del", "clientid", "evil");
        Await.until("node 1 knows", () -> bans(1) == 1);
        try (MqttProbe better = cluster.client(1)) {
            better.connect("evil");
        }
        cluster.start(3);
        cluster.succeeds(3, "cluster", "join", cluster.address(2));
        Await.until("node 3 knows", () -> bans(3) == 1);
        assertThat(cluster.succeeds(3, "banned", "list"))
                .isEqualTo("Banned(username, mallory, reason=wkctl, until=infinity)\n");
    }

    private long bans(int node) {
        return cluster.succeeds(node, "banned", "list").lines().count();
    }

    @Test
    void discoveryOfANodeThatStopsSaysSo() {
        cluster.start(1);
        cluster.succeeds(1, "discovery", "test");
        cluster.cutOff(1);
        assertThat(cluster.fails(1, "discovery", "test"))
                .isEqualTo("Discovery does not look any more: the node stops\n");
    }

    @Test
    void singletonRefusesEverything() {
        cluster.start(1, Map.of("WKMQ_CLUSTER__DISCOVERY", "singleton"));
        String why = "this node stays alone, for it has cluster.discovery = singleton\n";
        assertThat(cluster.fails(1, "cluster", "join", "wkmq2@127.0.0.1"))
                .isEqualTo("Failed to join the cluster: " + why);
        assertThat(cluster.fails(1, "cluster", "leave")).isEqualTo("Failed to leave the cluster: " + why);
        assertThat(cluster.fails(1, "cluster", "remove", "wkmq2@127.0.0.1"))
                .isEqualTo("Failed to remove the node from cluster: " + why);
        assertThat(cluster.succeeds(1, "cluster", "status")).isEqualTo(cluster.running(1));
    }

    @Test
    void discoverySaysOfEachAddressWhyTheNodeThereIsJoinedOrNot() {
        String seeds =
                cluster.address(1) + ',' + cluster.address(2) + ',' + cluster.address(3) + ',' + cluster.address(4);
        Map<String, String> settings =
                Map.of("WKMQ_CLUSTER__DISCOVERY", "static", "WKMQ_CLUSTER__STATIC__SEEDS", seeds);
        cluster.start(1, settings);
        cluster.start(2, settings);
        cluster.start(3, Map.of("WKMQ_NODE__COOKIE", "another-cookie-altogether"));
        awaitRunning(1, 1, 2);
        Await.until(
                "the link is there",
                () -> cluster.wkctl(1, "discovery", "test")
                        .text()
                        .contains("127.0.0.1:" + cluster.port(2) + "  member wkmq2@127.0.0.1, link open\n"));
        assertThat(cluster.succeeds(1, "discovery", "test"))
                .startsWith("Strategy static answered within ")
                .contains("127.0.0.1:" + cluster.port(1) + "  this node\n")
                .containsPattern("127.0.0.1:" + cluster.port(3) + "  refused: .*cookie")
                .contains("127.0.0.1:" + cluster.port(4) + "  no answer: ");
    }
}
