package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.discovery.DiscoveryReport;
import io.wkmq.cluster.discovery.Founding;
import io.wkmq.cluster.membership.MembershipStatus.Heal;
import io.wkmq.cluster.membership.MembershipStatus.Heals;
import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClusterTextTest {
    private static final Node A = node(1, "a");
    private static final Node B = node(2, "b");

    private static Node node(long id, String name) {
        return new Node(new NodeId(new UUID(0, id)), new NodeName(name, "h"));
    }

    private static ClusterStatus status(Heals heals) {
        return new ClusterStatus(
                "wk",
                A,
                List.of(),
                List.of(),
                List.of(),
                heals,
                null,
                List.of(),
                new Founding(0, 1, true, 0),
                new DiscoveryReport(
                        "manual",
                        0,
                        null,
                        Duration.ZERO,
                        null,
                        0,
                        null,
                        List.of(),
                        List.of(),
                        false,
                        null,
                        List.of(),
                        null),
                List.of());
    }

    @Test
    void splitsThatHealedAreOneRemarkWithTheirNumberAndTheLastOnesTime() {
        Heal last = new Heal(Instant.parse("2026-01-02T03:04:05.678Z"), List.of(A), List.of(B), Duration.ofSeconds(9));

        assertThat(ClusterText.remarks(status(new Heals(2, 1, last))))
                .isEqualTo("\nSplits that healed: 2, the last one at 2026-01-02T03:04:05Z");
    }

    @Test
    void aClusterThatWasNeverSplitHasNoRemark() {
        assertThat(ClusterText.remarks(status(new Heals(0, 1, null)))).isEmpty();
    }
}
