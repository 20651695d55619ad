package io.wkmq.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Random random = new Random(7);

    @Test
    void waitsDoubleUpToTheLimit() {
        for (int looks = 0; looks < 100; looks++) {
            long limit = (long) Math.min(30_000, 1000 * Math.pow(2, looks));
            assertThat(Pace.DEFAULT.after(looks, false, random).toMillis()).isBetween(limit / 2, limit);
        }
    }

    @Test
    void aNodeAloneLooksMoreOften() {
        for (int looks = 3; looks < 100; looks++) {
            assertThat(Pace.DEFAULT.after(looks, true, random).toMillis()).isBetween(2000L, 4000L);
        }
    }

    @Test
    void chanceKeepsNodesApart() {
        Set<Duration> waits = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            waits.add(Pace.DEFAULT.after(9, false, random));
        }
        assertThat(waits).hasSizeGreaterThan(90);
    }
}
