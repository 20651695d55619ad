package io.wkmq.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Pace PACE = Pace.upTo(Duration.ofSeconds(30));

    private final Random random = new Random(7);

    @Test
    void waitsDoubleUpToTheLimit() {
        for (int looks = 0; looks < 100; looks++) {
            long limit = (long) Math.min(30_000, 1000 * Math.pow(2, looks));
            assertThat(PACE.after(looks, false, random).toMillis()).isBetween(limit / 2, limit);
        }
    }

    @Test
    void aNodeAloneLooksMoreOften() {
        for (int looks = 3; looks < 100; looks++) {
            assertThat(PACE.after(looks, true, random).toMillis()).isBetween(2000L, 4000L);
        }
    }

    @Test
    void chanceKeepsNodesApart() {
        Set<Duration> waits = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            waits.add(PACE.after(9, false, random));
        }
        assertThat(waits).hasSizeGreaterThan(90);
    }

    @Test
    void aLimitBelowThatOfANodeAloneIsRefused() {
        assertThat(Pace.upTo(Duration.ofSeconds(4)).max()).hasSeconds(4);
        assertThatThrownBy(() -> Pace.upTo(Duration.ofSeconds(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT3S");
    }
}
