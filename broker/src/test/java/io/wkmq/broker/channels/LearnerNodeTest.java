package io.wkmq.broker.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestCluster;
import io.wkmq.broker.ctl.Wkctl;
import io.wkmq.broker.http.Json;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.UserProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a fourth node when three others keep the channels. */
@Timeout(240)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class LearnerNodeTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int NODES = 4;
    private static final int LEARNER = 4;
    private static final int GROUPS = 3;
    private static final int REFUSED = 0x80;
    private static final Map<String, String> SETTINGS = Map.of(
            "WKMQ_CLUSTER__CHANNELS__REPLICAS",
            "3",
            "WKMQ_CLUSTER__CHANNELS__GROUPS",
            "2",
            "WKMQ_CLUSTER__CHANNELS__REBALANCE_AFTER",
            "off");

    @TempDir
    private Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
        for (int node = 1; node <= NODES; node++) {
            cluster.start(node, SETTINGS);
            if (node > 1) {
                cluster.succeeds(node, "cluster", "join", cluster.address(1));
            }
            if (node == NODES - 1) {
                awaitChannels(1); // so it is not the fourth one that keeps them
            }
        }
        for (int node = 1; node <= NODES; node++) {
            awaitChannels(node);
        }
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private NodeChannels channels(int node) {
        return cluster.node(node).broker().channels();
    }

    private void awaitChannels(int node) {
        Await.until(
                LIMIT,
                () -> "the channels are on node " + node + ": " + channels(node).trouble(),
                () -> channels(node).trouble() == null);
    }

    private String member(int node) {
        return "127.0.0.1:" + cluster.port(node);
    }

    private static Puback publish(MqttProbe probe, String topic, String text) {
        probe.send(Packets.publish(topic, text).qos(1, probe.nextPacketId()));
        return probe.await(Puback.class);
    }

    private static String user(List<UserProperty> properties, String name) {
        return properties.stream()
                .filter(property -> property.name().equals(name))
                .map(UserProperty::value)
                .findFirst()
                .orElse("none");
    }

    private static String seq(Puback answer) {
        return user(answer.properties().user(), "wk-seq");
    }

    private static MqttProbe replay(MqttProbe reader, String filter, Property... with) {
        var subscribe = Packets.subscribe(reader.nextPacketId()).filter(filter, 1);
        for (Property each : with) {
            subscribe = subscribe.with(each);
        }
        assertThat(reader.subscribe(subscribe).codes()).containsExactly(1);
        return reader;
    }

    private static void expect(MqttProbe reader, int from, int to) {
        for (int i = from; i <= to; i++) {
            Publish publish = reader.await(Publish.class);
            assertThat(user(publish.properties().user(), "wk-seq")).isEqualTo(Integer.toString(i));
            assertThat(publish.text()).isEqualTo("message " + i);
            reader.acknowledge(publish);
        }
    }

    private static void fill(MqttProbe publisher, int from, int to) {
        for (int i = from; i <= to; i++) {
            assertThat(seq(publish(publisher, "plant/1", "message " + i))).isEqualTo(Integer.toString(i));
        }
    }

    /** For each of them the node asks the leader how far the log is; those that come while it asks share the next answer. */
    private void replayAtOnce(int count) {
        List<MqttProbe> readers = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                readers.add(cluster.client(LEARNER, "reader" + i));
            }
            for (MqttProbe reader : readers) {
                reader.send(Packets.subscribe(reader.nextPacketId())
                        .filter("$ch/plant/#", 1)
                        .with(Property.user("wk-from", "seq:96")));
            }
            for (MqttProbe reader : readers) {
                assertThat(reader.await(Suback.class).codes()).containsExactly(1);
                expect(reader, 96, 100);
            }
        } finally {
            readers.forEach(MqttProbe::close);
        }
    }

    @Test
    void itsClientsDeclarePublishReplayAndShare() {
        assertThat(cluster.succeeds(LEARNER, "raft", "status").lines())
                .hasSize(GROUPS)
                .allSatisfy(line -> assertThat(line)
                        .contains(member(1), member(2), member(3), ", here=copy)")
                        .doesNotContain(member(LEARNER), "leader=none"));
        assertThat(cluster.succeeds(1, "raft", "status")).doesNotContain("here=copy");

        cluster.succeeds(LEARNER, "channels", "create", "plant", "plant/#");
        try (MqttProbe here = cluster.client(LEARNER, "publisher4")) {
            fill(here, 1, 50); // captured as soon as the command has returned
            try (MqttProbe there = cluster.client(1, "publisher1")) {
                Await.until(
                        LIMIT, () -> "node 1 has the channel", () -> channels(1).find("plant") != null);
                fill(there, 51, 100);
            }
        }
        for (int node : List.of(1, LEARNER)) {
            try (MqttProbe reader = cluster.client(node, "reader")) {
                replay(reader, "$ch/plant/#", Property.user("wk-from", "earliest"));
                expect(reader, 1, 100);
            }
        }
        replayAtOnce(20);
        assertThat(cluster.succeeds(LEARNER, "channels", "list")).contains("plant");
        assertThat(cluster.succeeds(LEARNER, "channels", "show", "plant")).contains("100");
        assertThat(cluster.succeeds(LEARNER, "channels", "peek", "plant").lines())
                .isNotEmpty();

        Property billing = Property.user("wk-cursor", "billing");
        try (MqttProbe reader = cluster.client(LEARNER, "clerk")) {
            replay(reader, "$ch/plant/#", billing, Property.user("wk-from", "earliest"));
            expect(reader, 1, 40);
        }
        try (MqttProbe publisher = cluster.client(LEARNER, "publisher4")) {
            Await.until(
                    LIMIT,
                    () -> "the cursor is stored: " + cluster.succeeds(1, "channels", "cursors", "plant"),
                    () -> cluster.succeeds(1, "channels", "cursors", "plant").contains("41"));
            try (MqttProbe reader = cluster.client(2, "clerk")) {
                replay(reader, "$ch/plant/#", billing);
                expect(reader, 41, 100);
                fill(publisher, 101, 110);
                expect(reader, 101, 110);
            }
        }

        try (MqttProbe first = cluster.client(LEARNER);
                MqttProbe second = cluster.client(3)) {
            Property two = Property.number(PropertyType.RECEIVE_MAXIMUM, 2);
            first.connect(Packets.connect("r4").with(two));
            second.connect(Packets.connect("r3").with(two));
            Property earliest = Property.user("wk-from", "earliest");
            replay(first, "$share/g/$ch/plant/#", earliest);
            replay(second, "$share/g/$ch/plant/#", earliest);
            for (int i = 0; i < 10; i++) {
                first.acknowledge(first.await(Publish.class));
                second.acknowledge(second.await(Publish.class));
            }
        }

        cluster.succeeds(LEARNER, "channels", "trim", "plant", "61");
        Await.until(
                LIMIT,
                () -> "it is trimmed everywhere: "
                        + cluster.wkctl(LEARNER, "channels", "verify", "plant").text(),
                () -> cluster.wkctl(LEARNER, "channels", "verify", "plant")
                        .text()
                        .lines()
                        .allMatch(line -> line.contains("first=61, last=110")));
        assertThat(cluster.succeeds(1, "channels", "verify", "plant").lines()).hasSizeGreaterThanOrEqualTo(NODES);
        cluster.succeeds(LEARNER, "channels", "delete", "plant");
        Await.until(LIMIT, () -> "it is gone", () -> channels(1).find("plant") == null);
        assertThat(channels(LEARNER).find("plant")).isNull();
    }

    @Test
    void nothingIsLostOrDoubledWhenANodeThatKeepsThemGoes() {
        cluster.succeeds(LEARNER, "channels", "create", "plant", "plant/#");
        String leader = Json.rows(cluster.succeeds(LEARNER, "--json", "raft", "status")).stream()
                .filter(group -> Double.valueOf(1).equals(group.get("group"))) // of the first channel
                .map(group -> String.valueOf(group.get("leader")))
                .findFirst()
                .orElseThrow();
        int gone = List.of(1, 2, 3).stream()
                .filter(node -> member(node).equals(leader))
                .findFirst()
                .orElseThrow();
        int other = gone == 1 ? 2 : 1;
        try (MqttProbe publisher = cluster.client(LEARNER, "publisher");
                MqttProbe reader = cluster.client(LEARNER, "reader")) {
            replay(reader, "$ch/plant/#", Property.user("wk-from", "earliest"));
            fill(publisher, 1, 100);
            expect(reader, 1, 50);
            cluster.stop(gone);
            fill(publisher, 101, 200);
            expect(reader, 51, 200);
        }
        try (MqttProbe reader = cluster.client(other, "reader")) {
            replay(reader, "$ch/plant/#", Property.user("wk-from", "earliest"));
            expect(reader, 1, 200);
        }

        cluster.stop(LEARNER);
        try (MqttProbe publisher = cluster.client(other, "publisher")) {
            fill(publisher, 201, 250);
        }
        cluster.start(gone, SETTINGS);
        awaitChannels(gone);
        cluster.start(LEARNER, SETTINGS);
        awaitChannels(LEARNER);
        try (MqttProbe reader = cluster.client(LEARNER, "reader");
                MqttProbe publisher = cluster.client(LEARNER, "publisher")) {
            replay(reader, "$ch/plant/#", Property.user("wk-from", "earliest"));
            fill(publisher, 251, 260);
            expect(reader, 1, 260);
        }
    }

    @Test
    void startedAgainItTakesThePlaceOfARemovedNode() {
        cluster.succeeds(LEARNER, "channels", "create", "plant", "plant/#");
        try (MqttProbe publisher = cluster.client(LEARNER, "publisher")) {
            fill(publisher, 1, 50);
        }
        cluster.stop(LEARNER);
        try (MqttProbe publisher = cluster.client(1, "publisher1")) {
            fill(publisher, 51, 60);
        }
        cluster.stop(3);
        Await.until(
                LIMIT,
                () -> "node 3 is taken off: "
                        + cluster.wkctl(1, "raft", "remove", member(3)).text(),
                () -> isTakenOff(3)
                        || cluster.wkctl(1, "raft", "remove", member(3)).status() == 0);

        cluster.start(LEARNER, SETTINGS);
        awaitChannels(LEARNER);
        assertThat(channels(LEARNER).learner()).isFalse();
        Await.until(
                LIMIT,
                () -> "it is one of three: " + cluster.succeeds(1, "raft", "status"),
                () -> cluster.succeeds(1, "raft", "status").lines().allMatch(line -> line.contains(member(LEARNER))));
        cluster.stop(2); // now it counts
        try (MqttProbe publisher = cluster.client(1, "publisher1");
                MqttProbe reader = cluster.client(LEARNER, "reader")) {
            replay(reader, "$ch/plant/#", Property.user("wk-from", "earliest"));
            fill(publisher, 61, 70);
            expect(reader, 1, 70);
        }
    }

    @Test
    void itBeginsWhileOneOfThoseIsAwayThatKeepThem() {
        cluster.succeeds(LEARNER, "channels", "create", "plant", "plant/#");
        cluster.stop(LEARNER);
        cluster.stop(2);
        try (MqttProbe publisher = cluster.client(1, "publisher1")) {
            fill(publisher, 1, 20);
        }
        cluster.start(LEARNER, SETTINGS); // it may wait for half a minute for a place
        awaitFollowed();
        assertThat(channels(LEARNER).learner()).isTrue();
        try (MqttProbe publisher = cluster.client(LEARNER, "publisher");
                MqttProbe reader = cluster.client(LEARNER, "reader")) {
            replay(reader, "$ch/plant/#", Property.user("wk-from", "earliest"));
            fill(publisher, 21, 30);
            expect(reader, 1, 30);
        }
        assertThat(cluster.succeeds(1, "raft", "status")).doesNotContain(member(LEARNER));
    }

    private boolean isTakenOff(int node) {
        Wkctl.Said status = cluster.wkctl(1, "raft", "status");
        return status.status() == 0
                && status.text().contains(member(1))
                && !status.text().contains(member(node));
    }

    private void awaitFollowed() {
        Await.until(
                LIMIT,
                () -> "the channels are on the learner: " + channels(LEARNER).trouble(),
                () -> channels(LEARNER).learner() && channels(LEARNER).trouble() == null);
    }

    @Test
    void movedToOthersItHasNoPartInTheirChannels() {
        cluster.succeeds(LEARNER, "channels", "create", "plant", "plant/#");
        try (MqttProbe publisher = cluster.client(LEARNER, "publisher")) {
            fill(publisher, 1, 10);
        }
        try (TestCluster others = new TestCluster(directory.resolve("others"))) {
            String first = "other1@127.0.0.1:" + others.port(1);
            for (int node = 1; node < NODES; node++) {
                Map<String, String> named = new HashMap<>(SETTINGS);
                named.put("WKMQ_NODE__NAME", "other" + node + "@127.0.0.1");
                others.start(node, named);
                if (node > 1) {
                    others.succeeds(node, "cluster", "join", first);
                }
            }
            NodeChannels theirs = others.node(1).broker().channels();
            Await.until(LIMIT, () -> "the others have channels: " + theirs.trouble(), () -> theirs.trouble() == null);
            others.succeeds(1, "channels", "create", "works", "works/#");

            cluster.succeeds(LEARNER, "cluster", "join", first);
            try (MqttProbe publisher = cluster.client(LEARNER, "publisher")) {
                assertThat(publish(publisher, "plant/1", "into whose channel?").code())
                        .isGreaterThanOrEqualTo(REFUSED);
                Await.until(
                        LIMIT,
                        () -> "it knows that it has no part in them: "
                                + channels(LEARNER).trouble(),
                        () -> String.valueOf(channels(LEARNER).trouble()).contains("expected an empty data directory"));
                assertThat(publish(publisher, "works/1", "nor is it ordinary").code())
                        .isGreaterThanOrEqualTo(REFUSED);
            }
            assertThat(others.succeeds(1, "channels", "list")).contains("works").doesNotContain("plant");
            assertThat(others.wkctl(1, "channels", "verify", "works").text())
                    .contains("wkmq4@127.0.0.1, first=0, last=-1")
                    .doesNotContain("last=1,");
        }
        assertThat(cluster.succeeds(1, "channels", "verify", "plant")).contains("last=10");
    }

    @Test
    void whileANodeJoinsItTakesNothingAsOrdinaryThatIsForAChannel() {
        cluster.succeeds(1, "channels", "create", "plant", "plant/#");
        cluster.start(NODES + 1, SETTINGS);
        try (MqttProbe publisher = cluster.client(NODES + 1, "publisher")) {
            Puback before = publish(publisher, "plant/1", "before");
            assertThat(before.code()).isLessThan(REFUSED);
            assertThat(seq(before)).as("it is among no others").isEqualTo("none");
            cluster.succeeds(NODES + 1, "cluster", "join", cluster.address(1));
            for (int kept = 0; kept < 20; ) {
                Puback answer = publish(publisher, "plant/1", "message");
                if (answer.code() < REFUSED) {
                    kept++;
                    assertThat(seq(answer)).isNotEqualTo("none");
                }
            }
        }
    }

    @Test
    void itAcknowledgesNothingWithoutThoseThatKeepThem() {
        cluster.succeeds(LEARNER, "channels", "create", "plant", "plant/#");
        try (MqttProbe publisher = cluster.client(LEARNER, "publisher")) {
            fill(publisher, 1, 1);
            assertThat(publish(publisher, "ordinary", "in no channel").code()).isLessThan(REFUSED);

            cluster.cutOff(LEARNER);
            assertThat(publish(publisher, "plant/1", "cut off").code()).isGreaterThanOrEqualTo(REFUSED);
            Await.until(
                    LIMIT,
                    () -> "it does not know any more which channels there are",
                    () -> publish(publisher, "ordinary", "perhaps in a new channel")
                                    .code()
                            >= REFUSED);
        }
        assertThat(cluster.succeeds(1, "channels", "verify", "plant")).contains("last=1");
    }
}
