package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void anEmptyHistogramHasNoTimes() {
        Histogram histogram = new Histogram();

        assertThat(histogram.count()).isZero();
        assertThat(histogram.min()).isZero();
        assertThat(histogram.max()).isZero();
        assertThat(histogram.mean()).isZero();
        assertThat(histogram.percentile(99)).isZero();
    }

    @Test
    void smallValuesAreExact() {
        Histogram histogram = new Histogram();
        for (int i = 1; i <= 100; i++) {
            histogram.record(i);
        }

        assertThat(histogram.min()).isEqualTo(1);
        assertThat(histogram.percentile(1)).isEqualTo(1);
        assertThat(histogram.percentile(50)).isEqualTo(50);
        assertThat(histogram.percentile(99)).isEqualTo(99);
        assertThat(histogram.percentile(100)).isEqualTo(100);
        assertThat(histogram.mean()).isEqualTo(50);
    }

    @Test
    void percentilesAreRightToOneInSixtyFour() {
        long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        Histogram histogram = new Histogram();
        long[] values = new long[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextLong(1L << random.nextInt(1, 62));
            histogram.record(values[i]);
        }
        Arrays.sort(values);

        for (int percent = 1; percent <= 100; percent++) {
            long exact = values[percent * values.length / 100 - 1];
            assertThat(histogram.percentile(percent))
                    .as("percentile %d, seed %d", percent, seed)
                    .isGreaterThanOrEqualTo(exact)
                    .isCloseTo(exact, Percentage.withPercentage(100.0 / 64));
        }
    }

    @Test
    void takesTheLargestAndNegativeValues() {
        Histogram histogram = new Histogram();
        histogram.record(Long.MAX_VALUE);
        histogram.record(-5);

        assertThat(histogram.max()).isEqualTo(Long.MAX_VALUE);
        assertThat(histogram.percentile(100)).isEqualTo(Long.MAX_VALUE);
        assertThat(histogram.min()).isZero();
    }

    @Test
    void addsWhatAnotherOneCounted() {
        Histogram one = new Histogram();
        Histogram other = new Histogram();
        one.record(10);
        other.record(20);
        other.record(5);
        one.add(other);
        one.add(new Histogram());

        assertThat(one.count()).isEqualTo(3);
        assertThat(one.min()).isEqualTo(5);
        assertThat(one.max()).isEqualTo(20);
        assertThat(one.percentile(50)).isEqualTo(10);
    }
}
