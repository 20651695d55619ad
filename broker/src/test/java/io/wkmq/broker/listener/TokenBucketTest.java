package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    // Close to the end of the range: clocks of this kind may start anywhere and wrap around.
    private static final long START = Long.MAX_VALUE - SECOND;

    @Test
    void burstIsFreeAndWhatFollowsHasToWait() {
        TokenBucket bucket = new TokenBucket(10, 5, START);
        assertThat(bucket.take(5, START)).isZero();
        assertThat(bucket.take(1, START)).isEqualTo(SECOND / 10);
        assertThat(bucket.take(2, START)).isEqualTo(3 * SECOND / 10);
    }

    @Test
    void unusedTimeIsNotSavedBeyondTheBurst() {
        TokenBucket bucket = new TokenBucket(10, 5, START);
        long later = START + 100 * SECOND;
        assertThat(bucket.take(5, later)).isZero();
        assertThat(bucket.take(1, later)).isEqualTo(SECOND / 10);
    }

    @Test
    void refusedTryCostsNothing() {
        TokenBucket bucket = new TokenBucket(2, 2, START);
        assertThat(bucket.tryTake(START)).isTrue();
        assertThat(bucket.tryTake(START)).isTrue();
        assertThat(bucket.tryTake(START)).isFalse();
        assertThat(bucket.tryTake(START)).isFalse();
        assertThat(bucket.tryTake(START + SECOND / 2)).isTrue();
        assertThat(bucket.tryTake(START + SECOND / 2)).isFalse();
    }

    @Test
    void averageIsTheRateWhateverTheSizesAndTimes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            int rate = 1 + random.nextInt(1_000_000);
            int burst = 1 + random.nextInt(100_000);
            TokenBucket bucket = new TokenBucket(rate, burst, START);
            long now = START;
            long taken = 0;
            while (now - START < 20 * SECOND) {
                int size = 1 + random.nextInt(rate);
                taken += size;
                // An honest client waits as long as it is told.
                now += bucket.take(size, now);
            }
            double seconds = (now - START) / (double) SECOND;
            assertThat((taken - burst) / seconds)
                    .as("seed=%d rate=%d burst=%d", seed, rate, burst)
                    .isCloseTo((double) rate, Offset.offset(0.02 * rate + 1));
        }
    }

    @Test
    void rateOfZeroIsAMistake() {
        assertThatThrownBy(() -> new TokenBucket(0, 1, START)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenBucket(1, 0, START)).isInstanceOf(IllegalArgumentException.class);
    }
}
