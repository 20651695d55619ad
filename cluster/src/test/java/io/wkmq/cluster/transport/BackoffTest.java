package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void delaysDoubleUpToFiveSecondsAndVary() {
        Backoff backoff = new Backoff(new Random(1));
        long limitMs = 50;
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.nextDelayMs()).isBetween(limitMs / 2, limitMs);
            limitMs = Math.min(limitMs * 2, 5_000);
        }
        assertThat(backoff.nextDelayMs()).isNotEqualTo(backoff.nextDelayMs());
    }

    @Test
    void successBeginsAnew() {
        Backoff backoff = new Backoff(new Random(1));
        for (int i = 0; i < 9; i++) {
            backoff.nextDelayMs();
        }
        backoff.reset();
        assertThat(backoff.nextDelayMs()).isLessThanOrEqualTo(50);
    }

    @Test
    void whoWillSoonBeLetInTriesOften() {
        Backoff backoff = new Backoff(new Random(1));
        for (int i = 0; i < 20; i++) {
            backoff.soon();
            assertThat(backoff.nextDelayMs()).isLessThanOrEqualTo(400);
        }
    }
}
