package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.engine.Histogram.Reading;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    @Test
    void timesHaveThreeRangesForEachPowerOfTen() {
        assertThat(Histogram.ofTimes().read().bounds())
                .startsWith(MS / 10, MS / 5, MS / 2, MS, 2 * MS, 5 * MS, 10 * MS)
                .endsWith(2_000 * MS, 5_000 * MS, 10_000 * MS)
                .hasSize(16);
    }

    @Test
    void aBoundBelongsToTheRangeThatItEnds() {
        Histogram sizes = Histogram.ofBatches();
        LongStream.of(0, 1, 2, 3, 4, 5, 256, 257, 1_000_000).forEach(sizes::record);
        Reading read = sizes.read();
        assertThat(read.bounds()).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L);
        assertThat(read.counts()).containsExactly(2L, 1L, 2L, 1L, 0L, 0L, 0L, 0L, 1L, 2L);
        assertThat(read.count()).isEqualTo(9);
        assertThat(read.sum()).isEqualTo(1_000_528);
    }

    @Test
    void severalAreReadAsOne() {
        Histogram one = Histogram.ofBatches();
        one.record(1);
        Histogram other = Histogram.ofBatches();
        other.record(1);
        other.record(300);
        assertThat(Histogram.ofBatches(List.of(one, other)))
                .isEqualTo(new Reading(one.read().bounds(), List.of(2L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L), 302));
    }
}
