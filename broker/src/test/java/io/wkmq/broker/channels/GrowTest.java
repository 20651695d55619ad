package io.wkmq.broker.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestCluster;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.UserProperty;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a node with local channels that becomes one of three, which then replicate them. */
@Timeout(240)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class GrowTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int NODES = 3;
    private static final int MESSAGES = 300;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final Map<String, String> ALONE = Map.of("WKMQ_CLUSTER__DISCOVERY", "singleton");

    /** In fewer groups than the node had alone. */
    private static final Map<String, String> TOGETHER =
            Map.of("WKMQ_CLUSTER__CHANNELS__REPLICAS", "3", "WKMQ_CLUSTER__CHANNELS__GROUPS", "2");

    @TempDir
    private Path directory;

    private TestCluster cluster;
    private String before;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(directory);
        cluster.start(1, ALONE);
        cluster.succeeds(1, "channels", "create", "plant", "plant/#", "ids-age=7d");
        cluster.succeeds(1, "channels", "create", "gate", "gate/#");
        assertThat(cluster.fails(1, "channels", "replicate"))
                .contains("This node keeps its channels alone; expected cluster.channels.replicas = 3");
        try (MqttProbe publisher = cluster.client(1, "publisher")) {
            for (int i = 1; i <= MESSAGES; i++) {
                publisher.publish(
                        Packets.publish("plant/1", "message " + i)
                                .with(Property.user("wk-msg-id", Integer.toString(i))),
                        1);
            }
        }
        cluster.succeeds(1, "channels", "trim", "plant", "101");
        cluster.succeeds(1, "channels", "cursors", "plant", "reset", "billing", "seq:201");
        before = dump(1);
        cluster.stop(1);

        cluster.start(2, TOGETHER);
        cluster.start(3, TOGETHER);
        cluster.succeeds(3, "cluster", "join", cluster.address(2));
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> cluster.start(1, TOGETHER));
        Await.until(
                LIMIT,
                () -> "node 1 is one of three",
                () -> answers(1)
                        && cluster.wkctl(1, "cluster", "join", cluster.address(2))
                                        .status()
                                == 0);
        first.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        for (int node = 1; node <= NODES; node++) {
            awaitUnmoved(node);
        }
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private boolean answers(int node) {
        Path socket = cluster.home(node).resolve("run/wkctl.sock");
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitUnmoved(int node) {
        Await.until(
                LIMIT,
                () -> "node " + node + " has heard of the channels: "
                        + cluster.wkctl(node, "channels", "list").text(),
                () -> cluster.wkctl(node, "channels", "list")
                                .text()
                                .lines()
                                .filter(line -> line.endsWith(", unmoved=true)"))
                                .count()
                        == 2);
    }

    private String dump(int node) {
        return cluster.succeeds(node, "--limit", "100000", "log", "dump", "plant");
    }

    private static Puback publish(MqttProbe probe, String name, String text) {
        probe.send(
                Packets.publish("plant/1", text).qos(1, probe.nextPacketId()).with(Property.user("wk-msg-id", name)));
        return probe.await(Puback.class);
    }

    @Test
    void allOfItIsOnThreeNodesAndGoesOn() {
        try (MqttProbe reader = cluster.client(3, "reader")) {
            for (int node = 1; node <= NODES; node++) {
                assertRefused(node);
            }
            reader.subscribe(Packets.subscribe(reader.nextPacketId())
                    .filter("$ch/plant/#", 1)
                    .with(Property.user("wk-cursor", "billing")));
            assertThat(cluster.fails(2, "channels", "replicate")).contains("[gate, plant] are not on this node");
            assertThat(cluster.fails(1, "channels", "replicate", "none")).contains("There is no channel none");

            assertThat(cluster.succeeds(1, "channels", "replicate", "plant"))
                    .isEqualTo("Replicate(state=done, channels=1, records=200, left=1)\n");
            assertThat(cluster.succeeds(1, "channels", "replicate"))
                    .isEqualTo("Replicate(state=done, channels=1, records=0, left=0)\n");
            assertThat(cluster.succeeds(1, "channels", "replicate"))
                    .isEqualTo("Replicate(state=done, channels=0, records=0, left=0)\n");

            for (int node = 1; node <= NODES; node++) {
                int of = node;
                Await.until(
                        LIMIT,
                        () -> "node " + of + " has all",
                        () -> cluster.wkctl(of, "--limit", "100000", "log", "dump", "plant")
                                .text()
                                .equals(before));
                assertThat(cluster.succeeds(node, "channels", "list")).doesNotContain("unmoved");
            }
            Publish next = reader.await(Publish.class);
            assertThat(next.text()).as("what its reader had not done with").isEqualTo("message 201");
        }
        try (MqttProbe publisher = cluster.client(2, "publisher")) {
            Puback known = publish(publisher, "1", "message 1");
            assertThat(known.properties().user())
                    .as("a message that was trimmed is known again")
                    .contains(new UserProperty("wk-seq", "1"), new UserProperty("wk-dup", "1"));
            assertThat(publish(publisher, "new", "new").properties().user())
                    .contains(new UserProperty("wk-seq", Integer.toString(MESSAGES + 1)));
        }
        assertThat(cluster.succeeds(3, "channels", "verify", "plant")).contains("first=101, last=301");
        assertThat(cluster.succeeds(2, "raft", "status").lines())
                .as("two groups and the registry")
                .hasSize(3);
        assertThat(directory.resolve("n1/data/channels")).doesNotExist();
        assertThat(directory.resolve("n1/data/channels.moved")).isDirectory();
    }

    private void assertRefused(int node) {
        try (MqttProbe publisher = cluster.client(node, "publisher")) {
            Puback refused = publish(publisher, "early", "early");
            assertThat(refused.code()).isEqualTo(QUOTA_EXCEEDED);
            assertThat(refused.properties().text(PropertyType.REASON_STRING))
                    .hasValueSatisfying(reason -> assertThat(reason).startsWith("wk:moving"));
        }
        assertThat(cluster.fails(node, "channels", "show", "plant")).contains("plant is still to be moved");
    }

    @Test
    void whatIsRemovedInsteadDoesNotComeBack() {
        cluster.succeeds(2, "channels", "delete", "plant");
        assertThat(cluster.succeeds(1, "channels", "replicate"))
                .isEqualTo("Replicate(state=done, channels=1, records=0, left=0)\n");
        assertThat(cluster.succeeds(1, "channels", "list"))
                .contains("Channel(gate")
                .doesNotContain("plant");
        assertThat(directory.resolve("n1/data/channels.moved")).isDirectory();
        try (MqttProbe publisher = cluster.client(1, "publisher")) {
            assertThat(publish(publisher, "x", "ordinary").code()).isLessThan(QUOTA_EXCEEDED);
        }
    }
}
