package io.wkmq.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    private final ManualClock clock = new ManualClock();

    @Test
    void standsStillUntilItIsMoved() {
        Instant before = clock.instant();

        assertThat(clock.instant()).isEqualTo(before);
        clock.advance(Duration.ofSeconds(90));
        assertThat(clock.instant()).isEqualTo(before.plusSeconds(90));
    }

    @Test
    void advancesForwardsOnly() {
        assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofMillis(-1)));
    }

    @Test
    void jumpsBackwardsOnDemand() {
        clock.jumpTo(Instant.EPOCH);

        assertThat(clock.millis()).isZero();
    }
}
