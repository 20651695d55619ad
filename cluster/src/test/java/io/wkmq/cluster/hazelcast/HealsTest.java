package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.MembershipStatus.Heal;
import io.wkmq.cluster.membership.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HealsTest {
    private static final Instant START = Instant.ofEpochSecond(1_000);

    private Instant now = START;
    private final Node self = TestNode.peer("self").node();
    private final Node a = TestNode.peer("a").node();
    private final Node b = TestNode.peer("b").node();
    private final Node c = TestNode.peer("c").node();
    private final Heals heals = new Heals(() -> now);

    @Test
    void nodesThatComeBackSoonAfterEachOtherAreOneHeal() {
        heals.cameBack(b, Duration.ofSeconds(30), List.of(self, a, b));
        now = START.plusSeconds(3);
        heals.cameBack(c, Duration.ofSeconds(20), List.of(self, a, b, c));

        assertThat(heals.status().count()).isOne();
        assertThat(heals.status().last())
                .isEqualTo(new Heal(START, List.of(self, a), List.of(b, c), Duration.ofSeconds(30)));
    }

    @Test
    void oneThatComesBackLaterIsAnother() {
        heals.cameBack(b, Duration.ofSeconds(30), List.of(self, b));
        now = START.plusSeconds(60);
        heals.cameBack(b, Duration.ofSeconds(10), List.of(self, a, b));

        assertThat(heals.status().count()).isEqualTo(2);
        assertThat(heals.status().last())
                .isEqualTo(new Heal(now, List.of(self, a), List.of(b), Duration.ofSeconds(10)));
    }

    @Test
    void mergesThatCameToNothingAreCountedApart() {
        heals.failed();

        assertThat(heals.status().count()).isZero();
        assertThat(heals.status().failed()).isOne();
        assertThat(heals.status().last()).isNull();
    }
}
