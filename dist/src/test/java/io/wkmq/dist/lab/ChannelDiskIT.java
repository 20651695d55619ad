package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.dist.Outcome;
import io.wkmq.testing.Await;
import io.wkmq.testing.disk.SyncFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * The disks of nodes that replicate a channel lose unsynced writes, fill up, become slow, fail and are lost; and nodes come back with other
 * addresses.
 */
@Lab
class ChannelDiskIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What a node ends with whose disk does not take what it has promised to keep. */
    private static final int DISK_FAILED = 74;

    /** How much longer each sync of a slow disk takes. */
    private static final Duration SLOW = Duration.ofMillis(300);

    /** How long a disk is slow: more syncs than a leader may miss heartbeats. */
    private static final Duration STILL = Duration.ofSeconds(4);

    private static final int MEMBERS_PORT = 6369;

    /** Whether a node fetches what its replica of the channel's group misses. */
    private static final String FILLING = "wkmq_raft_filling{group=\"1\",}";

    @Test
    void oneThenAllLoseTheirPower(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3);
                LabDisks disks = LabDisks.mount(cluster);
                ChannelTrial trial = new ChannelTrial(cluster.start())) {
            LabNode leader = trial.leader(cluster.node(1));
            leader.kill();
            trial.goesOn("the leader has lost its power", trial.without(leader));
            disks.of(leader).losePower(); // takes a moment, which is not to be counted
            leader.start();
            trial.mended("it is back");

            for (LabNode node : cluster.nodes()) {
                node.kill();
            }
            for (LabNode node : cluster.nodes()) {
                disks.of(node).losePower();
            }
            startAll(cluster);
            trial.mended("all are back");
            trial.judge();
        }
    }

    private static void startAll(LabCluster cluster) {
        cluster.nodes().forEach(LabNode::launch);
        cluster.nodes().forEach(LabNode::awaitStarted);
    }

    @Test
    void oneDiskIsFullUntilThereIsSpaceAgain(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3);
                LabDisks disks = LabDisks.mount(cluster);
                ChannelTrial trial = new ChannelTrial(cluster.start())) {
            LabNode leader = trial.leader(cluster.node(1));
            disks.of(leader).fill();
            assertEnds(leader, "No space left on device");
            trial.goesOn("the disk of the leader is full", trial.without(leader));

            disks.of(leader).free();
            leader.start();
            trial.mended("there is space again");
            trial.judge();
        }
    }

    @Test
    void oneDiskIsSlowThenFails(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3)) {
            Map<LabNode, SyncFaults> faults = faults(cluster);
            try (ChannelTrial trial = new ChannelTrial(cluster.start())) {
                SyncFaults slow = Objects.requireNonNull(faults.get(trial.leader(cluster.node(1))));
                slow.slow(SLOW);
                trial.goesOn("the disk of the leader is slow", cluster.nodes());
                Fault.last(STILL);
                trial.goesOn("it is slow still", cluster.nodes());
                slow.mend();
                trial.mended("it is fast again");

                LabNode failing = trial.leader(cluster.node(1));
                SyncFaults syncs = Objects.requireNonNull(faults.get(failing));
                syncs.fail();
                assertEnds(failing, "Input/output error");
                trial.goesOn("the disk of the leader fails", trial.without(failing));
                syncs.mend();
                failing.start();
                trial.mended("it works again");
                trial.judge();
            }
        }
    }

    /** What may happen to the syncs of each node, before it is started. */
    private static Map<LabNode, SyncFaults> faults(LabCluster cluster) throws IOException, InterruptedException {
        Map<LabNode, SyncFaults> faults = new HashMap<>();
        for (LabNode node : cluster.nodes()) {
            Optional<SyncFaults> compiled = SyncFaults.compile(Files.createDirectories(cluster.file(node + ".faults")));
            if (compiled.isEmpty()) {
                System.err.println("SKIPPED a test with disks that fail: it needs gcc");
            }
            assumeTrue(compiled.isPresent(), "there is no gcc");
            faults.put(node, compiled.orElseThrow());
            Path data = Files.createDirectories(node.data()).toRealPath();
            compiled.orElseThrow().environment(data).forEach(node::with);
        }
        return faults;
    }

    private static void assertEnds(LabNode node, String reason) {
        assertThat(node.awaitEnd()).as("the status of %s", node).isEqualTo(DISK_FAILED);
        assertThat(node.log()).contains("The disk does not take what the node has promised to keep", reason);
        assertThat(node.said()).contains("wkmq: ended, ", reason);
    }

    @Test
    void anEmptyNodeTakesThePlaceOfOneWhoseDiskIsLost(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3).start();
                ChannelTrial trial = new ChannelTrial(cluster)) {
            LabNode lost = trial.leader(cluster.node(1));
            List<LabNode> others = trial.without(lost);
            LabNode other = others.get(0);
            lost.kill();
            trial.goesOn("the disk of the leader is lost", others);
            LabCluster.delete(lost.data());
            other.ctl("cluster", "remove", lost.fullName());
            other.ctl("raft", "remove", lost.address() + ':' + MEMBERS_PORT);

            lost.start();
            trial.mended("an empty node is in its place");
            Await.until(PATIENCE, () -> "it has all: " + lost.log(), () -> lost.metric(FILLING) == 0);
            other.kill();
            trial.goesOn("another one is killed", trial.without(other)); // so the new one counts
            other.start();
            trial.mended("that is back");
            trial.judge();
        }
    }

    @Test
    void allComeBackWithOtherAddresses(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3).start();
                ChannelTrial trial = new ChannelTrial(cluster)) {
            List<String> former = cluster.nodes().stream()
                    .map(node -> node.address() + ':' + MEMBERS_PORT)
                    .toList();
            for (LabNode node : cluster.nodes()) {
                node.stop();
            }
            cluster.readdress();
            startAll(cluster);
            trial.mended("they are elsewhere");
            for (LabNode node : cluster.nodes()) {
                Await.until(
                        PATIENCE,
                        () -> node + " knows where the others are: " + groups(node),
                        () -> groups(node).contains("Group(0, ")
                                && former.stream().noneMatch(groups(node)::contains));
            }
            trial.judge();
        }
    }

    private static String groups(LabNode node) {
        return node.tryCtl("raft", "status").map(Outcome::out).orElse("");
    }
}
