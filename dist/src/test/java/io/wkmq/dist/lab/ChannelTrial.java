package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.dist.Outcome;
import io.wkmq.testing.Await;
import io.wkmq.testing.history.ChannelJudge;
import io.wkmq.testing.history.ChannelLoad;
import io.wkmq.testing.history.ChannelVerdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.TestInfo;

/**
 * A channel replicated over all nodes of a cluster, with clients on all of them while something fails, and the checks that must hold in the
 * end. Used by one test thread.
 */
final class ChannelTrial implements AutoCloseable {
    private static final String CHANNEL = "load";
    private static final String TOPICS = "load/";

    /** The first channel is kept by this group. */
    private static final Pattern LEADER = Pattern.compile("Group\\(1, leader=([0-9.]+):\\d+,");

    private static final Pattern LAST = Pattern.compile(", last=(\\d+),");

    /** A node that starts waits up to 30 s for what it misses. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long nothing may come, to show that nothing does. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final LabCluster cluster;
    private final ChannelLoad load;

    /** Declares a channel, and begins with clients on all nodes, which run. */
    ChannelTrial(LabCluster cluster) {
        this.cluster = cluster;
        this.load = cluster.load(CHANNEL, TOPICS);
        LabNode first = cluster.node(1);
        Await.until(
                PATIENCE,
                () -> "a channel can be declared: " + first.tryCtl("raft", "status"),
                () -> succeeds(first, "channels", "create", CHANNEL, TOPICS + '#')
                        || succeeds(first, "channels", "show", CHANNEL));
        awaitChannel();
        load.start();
    }

    /** Nodes, not started yet, that keep channels together. */
    static LabCluster cluster(TestInfo test, int count) {
        String nodes = Integer.toString(count);
        LabCluster cluster = new LabCluster(test, count);
        Path rules = cluster.file("acl.conf");
        try {
            Files.writeString(
                    rules, "{allow, all}.\n"); // that of the distribution lets only clients on the host replay
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cluster.all(node -> node.with("WKMQ_MQTT__ACL_FILE", rules.toString())
                .with("WKMQ_CLUSTER__BOOTSTRAP_EXPECT", nodes)
                .with("WKMQ_CLUSTER__CHANNELS__REPLICAS", nodes)
                .with("WKMQ_CLUSTER__CHANNELS__REBALANCE_AFTER", "off") // a test says who leads
                .with("WKMQ_STORAGE__RESERVE", "0"));
    }

    private static boolean succeeds(LabNode node, String... words) {
        return node.tryCtl(words).filter(outcome -> outcome.status() == 0).isPresent();
    }

    private void awaitChannel() {
        for (LabNode node : cluster.nodes()) {
            Await.until(
                    PATIENCE,
                    () -> "the channel on " + node + ": " + node.tryCtl("channels", "list"),
                    () -> succeeds(node, "channels", "show", CHANNEL));
        }
    }

    /** The clients. */
    ChannelLoad load() {
        return load;
    }

    /** The node that leads the group of the channel, as another one sees it. */
    LabNode leader(LabNode asked) {
        String[] status = {""};
        Await.until(PATIENCE, () -> "a leader: " + status[0], () -> {
            status[0] = asked.tryCtl("raft", "status").map(Outcome::out).orElse("");
            return LEADER.matcher(status[0]).find();
        });
        Matcher leader = LEADER.matcher(status[0]);
        assertThat(leader.find()).as(status[0]).isTrue();
        return cluster.nodes().stream()
                .filter(node -> node.host().address().equals(leader.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No node leads at " + leader.group(1)));
    }

    /** Has a node lead that group. */
    void lead(LabNode node) {
        Await.until(
                PATIENCE,
                () -> node + " leads: " + node.tryCtl("raft", "status"),
                () -> succeeds(node, "raft", "transfer", "1", node.fullName()));
    }

    /** The others. */
    List<LabNode> without(LabNode one) {
        return cluster.nodes().stream().filter(node -> node != one).toList();
    }

    /** Waits until clients of these nodes are acknowledged again what they publish now; how long that took. */
    Duration goesOn(String afterWhat, List<LabNode> nodes) {
        long sinceNanos = System.nanoTime();
        load.awaitAcknowledgements(nodes.stream().map(LabNode::name).toList());
        Duration after = Duration.ofNanos(System.nanoTime() - sinceNanos);
        cluster.tell(afterWhat + ": " + nodes + " go on after " + Fault.seconds(after));
        return after;
    }

    /** Waits until these nodes refuse messages; nothing is acknowledged there by then. */
    void standsStill(List<LabNode> nodes) {
        List<Long> refusedBefore =
                nodes.stream().map(node -> load.refusals(node.name())).toList();
        Fault.last(QUIET); // acknowledgements that are on their way
        List<Long> acknowledgedBefore = acknowledgements(nodes);
        Await.until(PATIENCE, () -> "each of " + nodes + " refuses messages", () -> {
            boolean refused = true;
            for (int i = 0; i < nodes.size(); i++) {
                refused &= load.refusals(nodes.get(i).name()) > refusedBefore.get(i);
            }
            return refused;
        });
        assertThat(acknowledgements(nodes))
                .as("what %s have acknowledged without a quorum", nodes)
                .isEqualTo(acknowledgedBefore);
    }

    private List<Long> acknowledgements(List<LabNode> nodes) {
        return nodes.stream().map(node -> load.acknowledgements(node.name())).toList();
    }

    /** Waits until all nodes are one cluster and all clients go on. */
    void mended(String what) {
        long sinceNanos = System.nanoTime();
        cluster.awaitOne(PATIENCE);
        awaitChannel();
        load.awaitProgress();
        cluster.tell(what + ": all go on after " + Fault.seconds(Duration.ofNanos(System.nanoTime() - sinceNanos)));
    }

    /** Ends the publishers, waits until all nodes have the same, and judges what they have. */
    void judge() throws InterruptedException {
        try {
            load.stopPublishing();
        } finally {
            load.connections().write(cluster.file("history"));
        }
        long[] last = new long[1];
        Map<String, List<String>> dumps = new LinkedHashMap<>();
        Await.until(PATIENCE, () -> "all nodes have as much: " + sizes(dumps), () -> {
            last[0] = last(cluster.node(1));
            dumps.clear();
            if (cluster.nodes().stream().allMatch(node -> last(node) == last[0])) {
                cluster.nodes().forEach(node -> dumps.put(node.name(), dump(node)));
            }
            return !dumps.isEmpty() && dumps.values().stream().allMatch(lines -> lines.size() == last[0]);
        });
        load.finishReading(last[0]);
        ChannelVerdict verdict = ChannelJudge.judge(load.appended(), TOPICS, dumps);
        cluster.tell(verdict.toString());
        assertThat(load.surprises()).as("what clients did not expect").isEmpty();
        assertThat(verdict.acknowledged()).as("what the test is about").isPositive();
        assertThat(verdict.wrong())
                .as("what is wrong with the channel; connections that ended are in %s", cluster.file("history"))
                .isEmpty();
    }

    private static Map<String, Integer> sizes(Map<String, List<String>> dumps) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        dumps.forEach((node, lines) -> sizes.put(node, lines.size()));
        return sizes;
    }

    /** The last sequence number on a node; -1 if it does not say. */
    private static long last(LabNode node) {
        Matcher last = LAST.matcher(
                node.tryCtl("channels", "show", CHANNEL).map(Outcome::out).orElse(""));
        return last.find() ? Long.parseLong(last.group(1)) : -1;
    }

    private static List<String> dump(LabNode node) {
        return node.ctl("--limit", "10000000", "log", "dump", CHANNEL).lines().toList();
    }

    @Override
    public void close() {
        load.close();
    }
}
