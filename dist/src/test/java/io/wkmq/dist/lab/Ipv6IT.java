package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.testing.net.LabNetwork;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Nodes reach each other, and clients reach nodes, by IPv6 addresses. */
@Lab
class Ipv6IT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void nodesAreJoinedByHandAndFindEachOtherAgain(TestInfo test) throws Exception {
        assumeIpv6();
        try (LabCluster cluster = LabCluster.overIpv6(test, 3)
                .all(node -> node.with("WKMQ_CLUSTER__DISCOVERY", "manual").with("WKMQ_CLUSTER__STATIC__SEEDS", ""))) {
            LabNode one = cluster.node(1);
            cluster.nodes().forEach(LabNode::launch);
            cluster.nodes().forEach(LabNode::awaitStarted);
            assertThat(cluster.node(2).ctl("cluster", "join", one.fullName()))
                    .startsWith("Join the cluster successfully.");
            assertThat(cluster.node(3).ctl("cluster", "join", one.name() + "@[" + one.address() + "]:6369"))
                    .startsWith("Join the cluster successfully.");
            cluster.awaitOne(LIMIT);
            assertThat(one.ctl("cluster", "diagnose"))
                    .contains('[' + cluster.node(2).address() + "]:6369");

            for (LabNode node : cluster.nodes()) {
                node.kill();
            }
            cluster.nodes().forEach(LabNode::launch);
            cluster.nodes().forEach(LabNode::awaitStarted);
            cluster.awaitOne(LIMIT); // by the addresses that they have written down
            try (Fault none = new Fault(cluster)) {
                none.judgeUnbroken();
            }
        }
    }

    @Test
    void aCutIsSeenAndHeals(TestInfo test) throws Exception {
        assumeIpv6();
        try (LabCluster cluster = LabCluster.overIpv6(test, 3)
                        .all(Ipv6IT::writtenInAnotherWay)
                        .startFirstFirst();
                Fault fault = new Fault(cluster)) {
            List<List<LabNode>> groups = List.of(cluster.nodes(1), cluster.nodes(2, 3));
            fault.split(groups);
            fault.awaitSplit(Duration.ofSeconds(10), groups);
            fault.load().awaitAcknowledgements(); // each side goes on

            fault.heal();
            fault.excuseBetween(groups);

            fault.judgeUnbroken();
        }
    }

    /** A node is the same, however its address is written. */
    private static void writtenInAnotherWay(LabNode node) {
        node.with(
                "WKMQ_CLUSTER__STATIC__SEEDS",
                node.variable("WKMQ_CLUSTER__STATIC__SEEDS").replace("::", ":0:0:0:0:"));
    }

    /** Skips a test where the kernel has no IPv6, and says so. */
    static void assumeIpv6() {
        if (!LabNetwork.hasIpv6()) {
            System.err.println("SKIPPED a test over IPv6: this kernel has none");
        }
        assumeTrue(LabNetwork.hasIpv6(), "this kernel has no IPv6");
    }
}
