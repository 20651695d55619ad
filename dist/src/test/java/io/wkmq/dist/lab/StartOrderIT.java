package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Nodes that were joined manually are all stopped one after the other, and started again, all at once and in each order. They come back as
 * one cluster.
 */
@Lab
class StartOrderIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The bar: until one cluster, from when the last one takes clients. */
    private static final Duration BAR = Duration.ofSeconds(10);

    @Test
    void theyComeBackAsOne(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)
                .all(node -> node.with("WKMQ_CLUSTER__DISCOVERY", "manual").with("WKMQ_CLUSTER__STATIC__SEEDS", ""))) {
            cluster.nodes().forEach(LabNode::launch);
            cluster.nodes().forEach(LabNode::awaitStarted);
            for (LabNode node : cluster.nodes(2, 3)) {
                node.ctl("cluster", "join", cluster.node(1).fullName());
            }
            cluster.awaitOne(PATIENCE);

            stopAll(cluster);
            cluster.nodes().forEach(LabNode::launch);
            cluster.nodes().forEach(LabNode::awaitStarted);
            assertOne(cluster, "at once");
            for (List<LabNode> order : orders(cluster)) {
                stopAll(cluster);
                order.forEach(LabNode::start);
                assertOne(cluster, order.toString());
            }
            try (Fault none = new Fault(cluster)) {
                none.judgeUnbroken();
            }
        }
    }

    private static List<List<LabNode>> orders(LabCluster cluster) {
        return List.of(
                cluster.nodes(1, 2, 3),
                cluster.nodes(1, 3, 2),
                cluster.nodes(2, 1, 3),
                cluster.nodes(2, 3, 1),
                cluster.nodes(3, 1, 2),
                cluster.nodes(3, 2, 1));
    }

    /** One after the other: the last one has seen the others go, the first one has not. */
    private static void stopAll(LabCluster cluster) throws InterruptedException {
        for (LabNode node : cluster.nodes()) {
            node.stop();
        }
    }

    private static void assertOne(LabCluster cluster, String order) {
        Duration met = cluster.awaitOne(PATIENCE);
        cluster.tell("started " + order + ": one cluster " + Fault.seconds(met) + " after the last takes clients");
        assertThat(met)
                .as("time until those that start %s are one cluster", order)
                .isLessThan(Bars.here(BAR));
    }
}
