package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Cuts and restores links while clients of all nodes publish and receive. */
@Lab
class SplitIT {
    /** The default of cluster.heartbeat.max. */
    private static final Duration HEARTBEAT_MAX = Duration.ofSeconds(10);

    /** By then a cut is seen on any machine. */
    private static final Duration SEEN = HEARTBEAT_MAX.plusSeconds(5);

    /** With a cluster.autoclean of ten seconds. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(30);

    /** How long clients of one side wait for the other: until its nodes count as unreachable. */
    private static final Duration GAP_BAR = Duration.ofSeconds(3);

    /** Nodes ask each other every two seconds. */
    private static final Duration TRUSTED = Duration.ofSeconds(5);

    /** Parts do not become one as soon as that. */
    private static final Duration TOGETHER = Duration.ofSeconds(3);

    private static final int TAKEN_OVER = 0x8E;

    @Test
    void oneOfThreeIsAlone(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst()) {
            splitAndHeal(cluster, List.of(cluster.nodes(3), cluster.nodes(1, 2)));
        }
    }

    @Test
    void theLeaderIsAlone(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst()) {
            splitAndHeal(cluster, List.of(cluster.nodes(1), cluster.nodes(2, 3)));
        }
    }

    @Test
    void eachOfThreeIsAlone(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start()) {
            splitAndHeal(cluster, List.of(cluster.nodes(1), cluster.nodes(2), cluster.nodes(3)));
        }
    }

    @Test
    void twoHalvesOfFour(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 4).startFirstFirst()) {
            splitAndHeal(cluster, List.of(cluster.nodes(1, 4), cluster.nodes(2, 3)));
        }
    }

    @Test
    void theLeaderIsOnTheSmallerSideOfFive(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 5).startFirstFirst()) {
            splitAndHeal(cluster, List.of(cluster.nodes(1, 2), cluster.nodes(3, 4, 5)));
        }
    }

    @Test
    void eachOfTwoIsAlone(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 2).startFirstFirst()) {
            splitAndHeal(cluster, List.of(cluster.nodes(1), cluster.nodes(2)));
        }
    }

    @Test
    void twoCutsInARow(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            cutAndMend(fault, List.of(cluster.nodes(1), cluster.nodes(2, 3)));
            cutAndMend(fault, List.of(cluster.nodes(1, 2), cluster.nodes(3)));

            fault.judgeUnbroken();
        }
    }

    private static void splitAndHeal(LabCluster cluster, List<List<LabNode>> groups) throws InterruptedException {
        try (Fault fault = new Fault(cluster)) {
            cutAndMend(fault, groups);

            fault.judgeUnbroken();
        }
    }

    private static void cutAndMend(Fault fault, List<List<LabNode>> groups) {
        fault.split(groups);
        fault.awaitSplit(HEARTBEAT_MAX, groups);
        fault.load().awaitAcknowledgements(); // each side goes on

        fault.heal();
        fault.excuseBetween(groups);
        fault.load().awaitProgress();
        assertGap(fault, groups);
    }

    /** Nobody on any side has waited long for those of his side. */
    private static void assertGap(Fault fault, List<List<LabNode>> groups) {
        groups.forEach(group -> fault.assertServed(group, GAP_BAR));
    }

    private static List<List<LabNode>> each(LabCluster cluster) {
        return cluster.nodes().stream().map(List::of).toList();
    }

    @Test
    void theLeaderDiesWhileItIsCutOff(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 4).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            LabNode leader = cluster.node(1);
            List<LabNode> left = cluster.nodes(2, 3, 4);
            List<List<LabNode>> groups = List.of(cluster.nodes(1, 2), cluster.nodes(3, 4));
            fault.split(groups);
            fault.awaitSplit(HEARTBEAT_MAX, groups);
            leader.kill();
            cluster.awaitViews(HEARTBEAT_MAX, cluster.nodes(2));
            fault.load()
                    .awaitAcknowledgementsOf(left.stream().map(LabNode::name).toList()); // each side goes on

            fault.heal(left);
            fault.excuseBetween(groups);
            leader.start();
            cluster.awaitOne(Bars.here(Fault.HEAL_BAR));
            cluster.awaitEqualRoutes(Bars.here(Fault.ROUTES_BAR));
            fault.excuse(List.of(leader), left);
            fault.load().awaitProgress();
            List.of(cluster.nodes(2), cluster.nodes(3, 4)).forEach(group -> fault.assertServed(group, GAP_BAR));

            assertThat(fault.judge().ended())
                    .as("connections that ended")
                    .allMatch(text -> text.contains("-" + leader + ": "))
                    .noneMatch(text -> text.contains("its session"));
        }
    }

    /** Half a minute, or what the system property says: {@code 10m}, {@code 90s}. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void halvesThatHaveForgottenEachOtherHeal(TestInfo test) throws Exception {
        Duration length = Duration.parse(
                "PT" + System.getProperty("wkmq.lab.longcut", "30s").toUpperCase(Locale.ROOT));
        try (LabCluster cluster = new LabCluster(test, 4)
                        .all(node -> node.with("WKMQ_CLUSTER__AUTOCLEAN", "10s"))
                        .startFirstFirst();
                Fault fault = new Fault(cluster)) {
            List<List<LabNode>> groups = List.of(cluster.nodes(1, 4), cluster.nodes(2, 3));
            fault.split(groups);
            fault.awaitSplit(SEEN, groups);
            Fault.last(length.minusNanos(System.nanoTime() - fault.beganNanos()));
            for (LabNode node : cluster.nodes()) {
                Await.until(
                        FORGOTTEN,
                        () -> node + " forgets the others: " + node.ctl("cluster", "status"),
                        () -> !node.ctl("cluster", "status").contains("stopped_nodes"));
            }
            fault.load().awaitAcknowledgements(); // each side goes on

            fault.heal();
            fault.excuseBetween(groups);

            fault.judgeUnbroken();
            assertGap(fault, groups);
        }
    }

    @Test
    void oneDirectionIsCut(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            fault.begin(() -> cluster.network()
                    .cutOneWay(cluster.node(1).host(), cluster.node(3).host()));
            Fault.last(SEEN);
            fault.load().awaitAcknowledgements(); // each side goes on

            fault.heal();
            // Who belongs to whom meanwhile is not promised.
            fault.excuseBetween(each(cluster));

            fault.judgeUnbroken();
            assertGap(fault, each(cluster));
        }
    }

    @Test
    void aLinkComesAndGoes(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).start();
                Fault fault = new Fault(cluster)) {
            fault.split(List.of(cluster.nodes(1), cluster.nodes(2, 3)));
            for (int second = 1; second <= 5; second++) {
                Fault.last(Duration.ofSeconds(second));
                cluster.network().heal();
                Fault.last(Duration.ofSeconds(1));
                cluster.network()
                        .split(List.of(
                                List.of(cluster.node(1).host()),
                                List.of(cluster.node(2).host(), cluster.node(3).host())));
            }

            fault.heal();
            fault.load().awaitProgress(); // a link that was refused meanwhile is open a moment later
            // If the first node leads, the others may part as well: one of them misses it before the other one does.
            fault.excuseBetween(each(cluster));

            fault.judgeUnbroken();
            assertGap(fault, each(cluster));
        }
    }

    @Test
    void twoWhoDoNotReachEachOtherAreReported(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            fault.split(List.of(cluster.nodes(2), cluster.nodes(3)));
            twoFollowersAreReported(cluster, fault);
        }
    }

    @Test
    void oneDirectionBetweenTwoFollowersIsCut(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            fault.begin(() -> cluster.network()
                    .cutOneWay(cluster.node(2).host(), cluster.node(3).host()));
            twoFollowersAreReported(cluster, fault);
        }
    }

    @Test
    void oneDirectionBetweenTwoFollowersIsCutForLong(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            fault.begin(() -> cluster.network()
                    .cutOneWay(cluster.node(2).host(), cluster.node(3).host()));
            Fault.last(SEEN); // longer than two members may be silent
            twoFollowersAreReported(cluster, fault);

            // They trust each other again, so that they stay together when their leader dies.
            Fault.last(TRUSTED);
            cluster.node(1).kill();
            Duration missed = cluster.awaitViews(HEARTBEAT_MAX.multipliedBy(3), cluster.nodes(2, 3));
            cluster.tell("the two are a cluster " + Fault.seconds(missed) + " after their leader's death");
            assertThat(missed).as("time to miss the leader together").isLessThan(Bars.here(TOGETHER));
        }
    }

    /** What went wrong is between the second and the third node; the first one reaches both. */
    private static void twoFollowersAreReported(LabCluster cluster, Fault fault) throws InterruptedException {
        for (LabNode node : cluster.nodes(2, 3)) {
            Await.until(
                    Bars.here(SEEN),
                    () -> node + " reports whom it does not reach: " + linksOf(node),
                    () -> linksOf(node).contains("\"state\":\"unreachable\""));
        }
        fault.load().awaitAcknowledgements(); // each side goes on

        // They stay members: it takes a message to show that they reach each other again.
        fault.heal();
        fault.load().awaitProgress();
        fault.excuse(cluster.nodes(2), cluster.nodes(3));

        fault.judgeUnbroken();
        assertGap(fault, List.of(cluster.nodes(1, 2), cluster.nodes(1, 3)));
    }

    private static String linksOf(LabNode node) {
        return node.ctl("cluster", "status", "--json").replace(" ", "");
    }

    @Test
    void aClientThatWasOnBothSidesKeepsOneConnection(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst();
                Fault fault = new Fault(cluster)) {
            List<List<LabNode>> groups = List.of(cluster.nodes(1), cluster.nodes(2, 3));
            fault.split(groups);
            fault.awaitSplit(HEARTBEAT_MAX, groups);
            try (MqttProbe here = cluster.open(cluster.node(1), MqttVersion.V5);
                    MqttProbe there = cluster.open(cluster.node(2), MqttVersion.V5)) {
                here.connect("both");
                there.connect("both");
                here.ping();

                fault.heal();

                here.expectDisconnect(TAKEN_OVER);
                there.ping();
            }
            fault.excuseBetween(groups);
            fault.judgeUnbroken();
            assertGap(fault, groups);
        }
    }
}
