package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests the statistics of a member that should send a heartbeat every second. */
final class SignIntervalsTest {
    private final SignIntervals intervals = new SignIntervals(Duration.ofSeconds(1));

    private void add(int times, Duration interval) {
        for (int i = 0; i < times; i++) {
            intervals.add(interval.toNanos());
        }
    }

    private Duration enough() {
        return Duration.ofNanos(intervals.enoughNanos());
    }

    @Test
    void ofAFewSignsNothingFollows() {
        add(SignIntervals.SAMPLES_MIN - 1, Duration.ofSeconds(1));

        assertThat(intervals.enoughNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aRegularMemberIsGrantedFourHeartbeatsAndThatManyLeastDeviations() {
        add(SignIntervals.SAMPLES_MIN, Duration.ofSeconds(1));

        assertThat(enough()).isEqualTo(Duration.ofMillis(4_000 + 6_360 / 4));
    }

    @Test
    void anIrregularMemberIsGrantedMore() {
        for (int i = 0; i < 50; i++) {
            add(1, Duration.ofMillis(400));
            add(1, Duration.ofMillis(1_600));
        }

        assertThat(enough()).isEqualTo(Duration.ofMillis(4_000 + 600 * 636 / 100));
    }

    @Test
    void whatWasLongAgoDoesNotCount() {
        add(50, Duration.ofSeconds(5));
        add(100, Duration.ofSeconds(1));

        assertThat(enough()).isEqualTo(Duration.ofMillis(5_590));
    }
}
