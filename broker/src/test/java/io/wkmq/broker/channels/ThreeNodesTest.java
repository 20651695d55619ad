package io.wkmq.broker.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.StartupException;
import io.wkmq.broker.TestCluster;
import io.wkmq.broker.ctl.Wkctl;
import io.wkmq.broker.http.Json;
import io.wkmq.channel.engine.ChannelNodes;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegisteredNode.Standing;
import io.wkmq.cluster.ClusterNode;
import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests what administrators do with the channels of three nodes. */
@Timeout(180)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ThreeNodesTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int NODES = 3;
    private static final int GROUPS = 9;
    /** What a removed node is shown as: one that tries to come in is denied. */
    private static final Set<Reason> REMOVED_OR_KNOCKING = Set.of(Reason.REMOVED, Reason.DENIED);

    private static final Map<String, String> SETTINGS = settings("off"); // the tests say who leads

    private static Map<String, String> settings(String rebalanceAfter) {
        return Map.of(
                "WKMQ_CLUSTER__CHANNELS__REPLICAS",
                "3",
                "WKMQ_CLUSTER__CHANNELS__REBALANCE_AFTER",
                rebalanceAfter,
                "WKMQ_MANAGEMENT__LISTEN",
                "127.0.0.1:0");
    }

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
        for (int node = 1; node <= NODES; node++) {
            cluster.start(node, SETTINGS);
            if (node > 1) {
                cluster.succeeds(node, "cluster", "join", cluster.address(1));
            }
        }
        for (int node = 1; node <= NODES; node++) {
            awaitLed(node);
        }
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private void awaitLed(int node) {
        Await.until(
                LIMIT,
                () -> "node " + node + " knows the leaders of all groups: "
                        + cluster.wkctl(node, "raft", "status").text(),
                () -> leaders(node).size() == GROUPS);
    }

    /** The leaders that a node knows, by group. */
    private Map<Integer, String> leaders(int node) {
        Wkctl.Said said = cluster.wkctl(node, "--json", "raft", "status");
        return said.status() != 0
                ? Map.of()
                : Json.rows(said.text()).stream()
                        .filter(group -> group.get("leader") != null)
                        .collect(Collectors.toMap(
                                group -> ((Double) group.getOrDefault("group", -1.0)).intValue(),
                                group -> String.valueOf(group.get("leader"))));
    }

    private String member(int node) {
        return "127.0.0.1:" + cluster.port(node);
    }

    private HttpResponse<String> ask(int node, String method, String path, String body, @Nullable String token)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + cluster.node(node).broker().managementPort() + path))
                .timeout(LIMIT)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(int node, String method, String path, String body) throws Exception {
        return ask(
                node,
                method,
                path,
                body,
                Files.readString(cluster.home(node).resolve("run/wkctl.token")).strip());
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, @Nullable Object>> list(Map<String, @Nullable Object> object, String field) {
        if (object.get(field) instanceof List<?> found) {
            return (List<Map<String, @Nullable Object>>) found;
        }
        throw new AssertionError("Expected a list " + field + ": " + object);
    }

    private List<Map<String, @Nullable Object>> groups(int node, String method, String path, String body)
            throws Exception {
        HttpResponse<String> answer = ask(node, method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return list(Json.object(answer.body()), "groups");
    }

    @Test
    void administratorsSayWhoLeadsAndWhoPublishesSeesNothing() throws Exception {
        cluster.succeeds(1, "channels", "create", "plant", "plant/#");
        try (MqttProbe publisher = cluster.client(3, "publisher")) {
            for (int target = 1; target <= NODES; target++) {
                String moved = cluster.succeeds(1, "raft", "transfer", "all", cluster.name(target));
                assertThat(moved.lines()).allMatch(line -> line.startsWith("Group("));
                assertThat(Set.copyOf(leaders(1).values())).containsExactly(member(target));
                publisher.publish("plant/1", "m" + target, 1);
            }
        }

        cluster.succeeds(2, "raft", "rebalance");
        Map<String, Long> counts =
                leaders(2).values().stream().collect(Collectors.groupingBy(leader -> leader, Collectors.counting()));
        assertThat(counts)
                .hasSize(NODES)
                .allSatisfy((leader, count) -> assertThat(count).isEqualTo(GROUPS / NODES));
        assertThat(cluster.succeeds(2, "raft", "rebalance")).isEmpty();

        cluster.succeeds(3, "raft", "transfer", "4", member(2));
        assertThat(leaders(3)).containsEntry(4, member(2));
        assertThat(cluster.fails(1, "raft", "transfer", "9", member(2)))
                .contains("There is no group 9; expected one of [0, 1");
        assertThat(cluster.fails(1, "raft", "transfer", "x", member(2)))
                .contains("The group is 'x'; expected a number, or all");
        assertThat(cluster.fails(1, "raft", "transfer", "all", "wkmq9@127.0.0.1"))
                .contains("Group 0: No node that keeps group 0 is wkmq9@127.0.0.1; expected one of [127.0.0.1:");
    }

    @Test
    void nodeThatComesBackLeadsAsManyGroupsAsTheOthers() {
        cluster.stop(3);
        Await.until(
                LIMIT,
                () -> "the others lead all groups: " + leaders(1),
                () -> leaders(1).size() == GROUPS && !leaders(1).containsValue(member(3)));

        cluster.start(3, settings("1s"));

        Await.until(
                LIMIT,
                () -> "node 3 leads its share: " + leaders(1),
                () -> leaders(1).values().stream().filter(member(3)::equals).count() == GROUPS / NODES);
    }

    @Test
    void programsSayWhoLeads() throws Exception {
        List<Map<String, @Nullable Object>> all = groups(1, "GET", "/cluster/raft/status", "");
        assertThat(all).hasSize(GROUPS);
        assertThat(all.get(0))
                .containsKeys("leader", "leader_addr", "is_leader", "term", "commit_index", "last_applied", "lag");
        assertThat(list(all.get(0), "members")).hasSize(NODES).allSatisfy(member -> {
            assertThat(member).containsEntry("here", true);
            assertThat(member.get("node")).isIn(cluster.name(1), cluster.name(2), cluster.name(3));
        });

        String target = cluster.name(2);
        List<Map<String, @Nullable Object>> moved =
                groups(1, "POST", "/cluster/transfer-leadership", "{\"target_node\": \"" + target + "\"}");
        assertThat(moved).isNotEmpty().allSatisfy(group -> assertThat(group).containsEntry("leader", target));
        assertThat(Set.copyOf(leaders(1).values())).containsExactly(member(2));
        assertThat(groups(1, "POST", "/cluster/transfer-leadership", "{\"target_node\": \"" + target + "\"}"))
                .isEmpty();

        assertThat(cluster.node(2).metrics())
                .contains("\nwkmq_raft_leader{group=\"0\",} 1.0\n", "\nwkmq_raft_replica_lag_entries{group=\"8\",} ")
                .contains("\nwkmq_raft_led{group=\"8\",} 1.0\n", "\nwkmq_raft_filling{group=\"3\",} 0.0\n")
                .contains("\nwkmq_raft_missing_entries{group=\"3\",} 0.0\n")
                .containsPattern("\nwkmq_channel_log_write_seconds_count (?!0\\.0\n)")
                .containsPattern("\nwkmq_raft_term\\{group=\"0\",} [1-9]")
                .containsPattern("\nwkmq_channel_log_writes_total (?!0\\.0\n)");
        assertThat(cluster.node(1).metrics())
                .contains("\nwkmq_raft_leader{group=\"0\",} 0.0\n")
                .doesNotContain("\nwkmq_raft_replica_lag_entries{");

        double term =
                (Double) groups(1, "GET", "/cluster/raft/status", "").get(3).getOrDefault("term", 0.0);
        List<Map<String, @Nullable Object>> elected = groups(3, "POST", "/cluster/election", "{\"group\": 3}");
        assertThat(elected).hasSize(1);
        assertThat(elected.get(0)).containsEntry("term", term + 1).doesNotContainEntry("leader", target);

        assertThat(ask(1, "POST", "/cluster/transfer-leadership", "{}").statusCode())
                .isEqualTo(400);
        assertThat(ask(1, "POST", "/cluster/transfer-leadership", "{\"target_node\":\"none\"}")
                        .statusCode())
                .isEqualTo(503);
        assertThat(ask(1, "POST", "/cluster/election", "{\"group\":\"x\"}").statusCode())
                .isEqualTo(400);
        assertThat(ask(1, "GET", "/cluster/election", "").statusCode()).isEqualTo(405);
        assertThat(ask(1, "GET", "/cluster/raft/x", "").statusCode()).isEqualTo(404);
        assertThat(ask(1, "GET", "/cluster/raft/status", "", null).statusCode()).isEqualTo(401);
    }

    @Test
    void nodesThatChannelsNeedGoByForceOnly() throws Exception {
        cluster.succeeds(1, "channels", "create", "plant", "plant/#");
        assertThat(cluster.fails(1, "raft", "remove", member(3), "--force"))
                .contains("is here; expected one that is lost");
        assertThat(cluster.succeeds(1, "cluster", "remove", cluster.name(3)))
                .startsWith("Remove the node from cluster successfully.\n")
                .contains(
                        "\nIts replicas of the channels stay listed. ",
                        "wkctl raft remove " + member(3) + " makes place")
                .endsWith(cluster.running(1, 2));

        String tooFew = "groups [0, 1, 2, 3, 4, 5, 6, 7, 8] of channels have too few replicas";
        for (String word : List.of("remove", "force-leave")) {
            assertThat(cluster.fails(1, "cluster", word, cluster.name(2)))
                    .startsWith("Failed to remove the node from cluster: without " + member(2) + ' ' + tooFew)
                    .contains("group 0 has 1 of 3, [" + member(1) + "]; expected 2 at least", "--force");
        }
        assertThat(cluster.fails(2, "cluster", "leave"))
                .startsWith("Failed to leave the cluster: without " + member(2) + ' ' + tooFew);
        assertThat(cluster.succeeds(2, "cluster", "status"))
                .startsWith("Cluster status: [{running_nodes,['" + cluster.name(1) + "','" + cluster.name(2) + "']}");
        try (MqttProbe publisher = cluster.client(2, "publisher")) {
            publisher.publish("plant/1", "goes on", 1);
        }

        assertThat(cluster.succeeds(2, "cluster", "leave", "--force")).startsWith("Leave the cluster successfully.\n");
        assertThat(cluster.fails(1, "raft", "remove", member(3)))
                .startsWith("Error: without " + member(3) + ' ' + tooFew);
        assertThat(cluster.fails(3, "cluster", "leave")).contains("node_not_in_cluster");
    }

    private List<RegisteredNode> registered(int node) {
        return new ChannelNodes(cluster.node(node).broker().channels())
                .nodes()
                .toCompletableFuture()
                .exceptionally(notYet -> List.of())
                .join();
    }

    private void awaitRegistered(int node, int about, Standing standing) {
        Await.until(
                LIMIT,
                () -> "node " + node + " knows that node " + about + " is " + standing + ": " + registered(node),
                () -> registered(node).stream()
                        .anyMatch(each -> each.standing() == standing
                                && String.valueOf(each.name()).equals(cluster.name(about))
                                && each.addresses().contains(member(about))
                                && each.replica() != null));
    }

    private void awaitWhole(int node) {
        NodeChannels channels = cluster.node(node).broker().channels();
        Await.until(
                LIMIT,
                () -> "the channels are on node " + node + ": " + channels.trouble(),
                () -> channels.trouble() == null);
    }

    @Test
    void whoIsRemovedIsInTheRegistryUntilItIsToldToJoin() throws Exception {
        for (int node = 1; node <= NODES; node++) {
            awaitRegistered(2, node, Standing.JOINED);
        }
        cluster.succeeds(1, "cluster", "remove", cluster.name(3));
        awaitRegistered(1, 3, Standing.REMOVED);

        for (int node : List.of(1, 2)) {
            cluster.stop(node);
            Files.delete(cluster.home(node).resolve("data/removed"));
        }
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> cluster.start(1, SETTINGS));
        cluster.start(2, SETTINGS);
        first.join();
        for (int node : List.of(1, 2)) {
            ClusterNode administered =
                    cluster.node(node).broker().cluster().administration().orElseThrow();
            Await.until(
                    LIMIT,
                    () -> "node " + node + " knows again that node 3 is removed: "
                            + administered.status().stopped(),
                    () -> administered.status().stopped().stream()
                            .anyMatch(each ->
                                    each.name().equals(cluster.name(3)) && REMOVED_OR_KNOCKING.contains(each.why())));
        }

        cluster.succeeds(3, "cluster", "join", cluster.address(1));
        awaitRegistered(1, 3, Standing.JOINED);
        awaitWhole(3);
        cluster.succeeds(3, "channels", "create", "plant", "plant/#");
        try (MqttProbe publisher = cluster.client(3, "publisher")) {
            publisher.publish("plant/1", "it is one of three again", 1);
        }
    }

    /** Node 3 is removed and stopped, and node 4 is there instead. */
    private void replaceThree() {
        for (int node = 1; node <= NODES; node++) {
            awaitRegistered(1, node, Standing.JOINED);
        }
        cluster.succeeds(1, "cluster", "remove", cluster.name(3));
        cluster.stop(3);
        for (int node : List.of(1, 2)) {
            awaitRegistered(node, 3, Standing.REMOVED);
        }

        cluster.start(4, SETTINGS);
        cluster.succeeds(4, "cluster", "join", cluster.address(1));
        awaitWhole(4);
    }

    @Test
    void aRemovedNodeThatReturnsIsToldThatItsPlaceWasTaken() {
        replaceThree();

        cluster.start(3, SETTINGS);
        cluster.succeeds(3, "cluster", "join", cluster.address(1));
        NodeChannels channels = cluster.node(3).broker().channels();
        Await.until(
                LIMIT,
                () -> "node 3 knows that it has no place: " + channels.trouble(),
                () -> String.valueOf(channels.trouble())
                        .contains("This node's place was taken: it was removed from those that keep the channels;"
                                + " expected an empty data directory"));
        cluster.stop(3);
        assertThatThrownBy(() -> cluster.start(3, SETTINGS))
                .as("nor does it start again")
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("This node's place was taken");
        assertThat(cluster.succeeds(1, "raft", "status"))
                .contains(member(1), member(2), member(4))
                .doesNotContain(member(3));
    }

    @Test
    void anEmptyNodeTakesThePlaceOfARemovedOne() throws Exception {
        cluster.succeeds(1, "channels", "create", "plant", "plant/#");
        try (MqttProbe publisher = cluster.client(1, "publisher")) {
            publisher.publish("plant/1", "first", 1);
        }
        replaceThree();
        assertThat(cluster.succeeds(1, "raft", "status"))
                .contains(member(1), member(2), member(4))
                .doesNotContain(member(3));
        awaitRegistered(1, 4, Standing.JOINED);
        cluster.stop(2);
        try (MqttProbe publisher = cluster.client(4, "publisher")) {
            publisher.publish("plant/1", "node 4 counts", 1);
        }
    }

    @Test
    void replicasThatAreNotTheSameAreFound() throws Exception {
        cluster.succeeds(1, "channels", "create", "plant", "plant/#");
        try (MqttProbe publisher = cluster.client(2, "publisher")) {
            for (int i = 0; i < 300; i++) {
                publisher.publish("plant/1", "message " + i, 1);
            }
        }
        Await.until(
                LIMIT,
                () -> "all nodes have all: "
                        + cluster.wkctl(1, "channels", "verify", "plant").text(),
                () -> Json.rows(cluster.succeeds(1, "--json", "channels", "verify", "plant")).stream()
                        .allMatch(replica -> Double.valueOf(300).equals(replica.get("last"))));
        List<Map<String, @Nullable Object>> sound =
                Json.rows(cluster.succeeds(1, "--json", "channels", "verify", "plant"));
        assertThat(sound)
                .extracting(replica -> replica.get("node"))
                .containsExactlyInAnyOrder(cluster.name(1), cluster.name(2), cluster.name(3));
        assertThat(sound)
                .extracting(replica -> replica.get("digest"))
                .doesNotContainNull()
                .containsOnly(sound.get(0).get("digest"));
        assertThat(sound)
                .allSatisfy(replica -> assertThat(replica)
                        .containsEntry("count", 300.0)
                        .containsEntry("compared_up_to", 300.0)
                        .containsEntry("problem", null));

        flip(3, "message 123");

        Wkctl.Said said = cluster.wkctl(1, "channels", "verify", "plant");
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.text())
                .contains("Replica(" + cluster.name(1), "Error: channel plant is not the same")
                .containsPattern(cluster.name(3) + ".*problem=record 124 is damaged")
                .containsPattern(cluster.name(2) + ".*problem=none");
        Map<String, @Nullable Object> version = Json.object(
                ask(2, "GET", "/cluster/data/version?verify=true", "").body());
        assertThat(version).containsEntry("consistent", false);
        Map<String, @Nullable Object> compared = Json.object(
                ask(2, "GET", "/cluster/data/version?channel=plant", "").body());
        Map<String, @Nullable Object> plant = list(compared, "channels").get(0);
        assertThat(plant).containsEntry("channel", "plant").containsEntry("compared_up_to", 300.0);
        assertThat(list(plant, "replicas"))
                .hasSize(NODES)
                .allSatisfy(replica -> assertThat(replica)
                        .containsEntry("first_seq", 1.0)
                        .containsEntry("last_seq", 300.0)
                        .containsEntry("count", 300.0)
                        .containsEntry("digest", sound.get(0).get("digest")));
        assertThat(ask(1, "GET", "/cluster/data/version?channel=none", "").statusCode())
                .isEqualTo(404);
        assertThat(ask(1, "GET", "/cluster/data/version?verify=x", "").statusCode())
                .isEqualTo(400);
        assertThat(cluster.fails(1, "channels", "verify", "none")).contains("There is no channel none");
    }

    /** Flips a bit of a message in a node's file. */
    private void flip(int node, String message) throws IOException {
        try (Stream<Path> files = Files.walk(cluster.home(node))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".records")).toList()) {
                int at = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(message);
                if (at >= 0) {
                    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                        bytes.seek(at);
                        int flipped = bytes.read() ^ 1;
                        bytes.seek(at);
                        bytes.write(flipped);
                    }
                    return;
                }
            }
        }
        throw new AssertionError("No file of node " + node + " has '" + message + "'");
    }
}
