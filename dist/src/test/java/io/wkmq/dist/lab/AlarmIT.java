package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Tests what nodes tell administrators about others that are gone: as alarms, and in their logs. */
@Lab
class AlarmIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Long enough for many attempts to reach a node. */
    private static final Duration GONE = Duration.ofSeconds(20);

    private static final String HEALED = "A split of the cluster has healed";

    /** The line that it is gone, one of its link, and what Hazelcast says once. */
    private static final int LINES_MAX = 5;

    private static void await(LabNode node, String list, String alarm) {
        Await.until(
                PATIENCE,
                () -> node + " has '" + alarm + "' in its " + list + ":\n" + node.ctl("alarms", list),
                () -> node.ctl("alarms", list).contains("Alarm(" + alarm + ','));
    }

    private static void awaitNone(LabNode node) {
        Await.until(
                PATIENCE,
                () -> node + " has no alarms:\n" + node.ctl("alarms", "list"),
                () -> node.ctl("alarms", "list").isEmpty());
    }

    @Test
    void splitIsAnAlarmOnBothSides(TestInfo test) {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst()) {
            LabNode one = cluster.node(1);
            LabNode three = cluster.node(3);
            cluster.nodes().forEach(AlarmIT::awaitNone);
            assertThat(one.metric("wkmq_cluster_heals_total")).isZero();
            cluster.network().split(List.of(List.of(one.host(), cluster.node(2).host()), List.of(three.host())));
            await(one, "list", "node_down/" + three.fullName());
            await(three, "list", "node_down/" + one.fullName());
            await(three, "list", "node_down/" + cluster.node(2).fullName());

            cluster.network().heal();
            cluster.awaitOne(PATIENCE);
            await(one, "history", "partition");
            await(three, "history", "partition");
            cluster.nodes().forEach(AlarmIT::awaitNone);
            assertThat(one.ctl("alarms", "history"))
                    .containsOnlyOnce("Alarm(partition,")
                    .contains("[" + one.fullName() + ", " + cluster.node(2).fullName() + "] and [" + three.fullName()
                            + "])\n");
            assertThat(three.ctl("alarms", "history"))
                    .containsOnlyOnce("Alarm(partition,")
                    .contains("[" + three.fullName() + "] and [");
            assertThat(one.log())
                    .containsOnlyOnce(HEALED)
                    .contains(HEALED + ", count=1 stayed=[" + one.fullName() + ", "
                            + cluster.node(2).fullName() + "] back=[" + three.fullName() + "] apart=PT");
            assertThat(three.log()).contains(HEALED + ", count=1 stayed=[" + three.fullName() + "] back=[");
            assertThat(cluster.nodes()).allSatisfy(node -> {
                assertThat(node.ctl("cluster", "status")).contains("\nSplits that healed: 1, the last one at 20");
                assertThat(node.metric("wkmq_cluster_heals_total")).isOne();
            });
        }
    }

    @Test
    void nodesThatDoNotReachEachOtherAreAnAlarmOfAll(TestInfo test) {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst()) {
            LabNode two = cluster.node(2);
            LabNode three = cluster.node(3);
            List<Integer> before =
                    cluster.nodes().stream().map(AlarmIT::linesOf).toList();
            cluster.network().cut(two.host(), three.host());
            for (LabNode node : cluster.nodes()) {
                Await.until(
                        PATIENCE,
                        () -> node + " tells of the cut:\n" + node.ctl("alarms", "list"),
                        () -> node.ctl("alarms", "list").contains("Alarm(nodes_apart/"));
            }
            await(two, "list", "link_unreachable/" + three.fullName());
            Fault.last(GONE);
            assertFewLines(cluster.nodes(), before);

            cluster.network().heal();
            cluster.nodes().forEach(AlarmIT::awaitNone);
        }
    }

    @Test
    void nodeThatIsGoneIsFewLinesOfTheLog(TestInfo test) throws InterruptedException {
        try (LabCluster cluster = new LabCluster(test, 3).startFirstFirst()) {
            LabNode gone = cluster.node(3);
            List<LabNode> others = cluster.nodes(1, 2);
            List<Integer> before = others.stream().map(AlarmIT::linesOf).toList();
            gone.kill();
            cluster.awaitViews(PATIENCE, others);
            Fault.last(GONE);
            assertFewLines(others, before);
            assertThat(others)
                    .allSatisfy(
                            node -> assertThat(node.log()).containsOnlyOnce("Node " + gone.fullName() + " is gone"));
        }
    }

    /** What nodes have logged since then. */
    private static void assertFewLines(List<LabNode> nodes, List<Integer> before) {
        for (int i = 0; i < nodes.size(); i++) {
            LabNode node = nodes.get(i);
            assertThat(node.log().lines().skip(before.get(i)).toList())
                    .as("what %s logs", node)
                    .hasSizeBetween(1, LINES_MAX);
        }
    }

    private static int linesOf(LabNode node) {
        return (int) node.log().lines().count();
    }
}
