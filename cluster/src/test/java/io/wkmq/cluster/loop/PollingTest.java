package io.wkmq.cluster.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PollingTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void aConditionIsLookedAtUntilItHolds() {
        AtomicInteger looks = new AtomicInteger();

        assertThat(Polling.until(LONG, () -> looks.incrementAndGet() == 3)).isTrue();
        assertThat(looks).hasValue(3);
    }

    @Test
    void aConditionThatDoesNotHoldInTimeIsGivenUp() {
        AtomicInteger looks = new AtomicInteger();

        assertThat(Polling.until(Duration.ofMillis(30), () -> looks.incrementAndGet() < 0))
                .isFalse();
        assertThat(looks).hasValueGreaterThan(0);
    }

    @Test
    void whoeverIsInterruptedDoesNotWaitAndStaysInterrupted() {
        long sinceNanos = System.nanoTime();
        Thread.currentThread().interrupt();
        try {
            assertThat(Polling.until(LONG, () -> false)).isFalse();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(System.nanoTime() - sinceNanos).isLessThan(LONG.dividedBy(2).toNanos());
    }
}
