package io.wkmq.channel.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram with fixed buckets, some twenty at most, from which quantiles can be estimated. Thread-safe; recording takes some nanoseconds
 * and allocates nothing. A reading taken meanwhile may include a value in the sum only, or in a bucket only.
 */
public final class Histogram {
    private static final int TENFOLD = 10;
    private static final long SHORTEST_MICROS = 100;
    private static final int DECADES = 5;
    private static final int LARGEST_BATCH = 256;

    private final long[] bounds;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder();

    /**
     * A reading of a histogram.
     *
     * @param bounds the inclusive upper bounds of all buckets but the last, which has none; ascending
     * @param counts the number of values in each bucket; one more than bounds
     * @param sum the sum of all values
     */
    public record Reading(List<Long> bounds, List<Long> counts, long sum) {
        /** Copies the lists. */
        public Reading {
            bounds = List.copyOf(bounds);
            counts = List.copyOf(counts);
            if (counts.size() != bounds.size() + 1) {
                throw new IllegalArgumentException("A histogram has " + bounds.size() + " bounds and " + counts.size()
                        + " counts; expected one count more than bounds");
            }
        }

        /** Returns the number of values. */
        public long count() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }
    }

    private Histogram(long[] bounds) {
        this.bounds = bounds;
        this.counts = new LongAdder[bounds.length + 1];
        Arrays.setAll(counts, range -> new LongAdder());
    }

    /** Creates a histogram of times in nanoseconds: three buckets for each power of ten, from 0.1 ms to 10 s. */
    public static Histogram ofTimes() {
        List<Long> bounds = new ArrayList<>();
        long power = TimeUnit.MICROSECONDS.toNanos(SHORTEST_MICROS);
        for (int decade = 0; decade < DECADES; decade++) {
            bounds.addAll(List.of(power, 2 * power, TENFOLD / 2 * power));
            power *= TENFOLD;
        }
        bounds.add(power);
        return new Histogram(bounds.stream().mapToLong(Long::longValue).toArray());
    }

    /** Creates a histogram of batch sizes: a bucket for each power of two up to 256. */
    static Histogram ofBatches() {
        List<Long> bounds = new ArrayList<>();
        for (long size = 1; size <= LARGEST_BATCH; size *= 2) {
            bounds.add(size);
        }
        return new Histogram(bounds.stream().mapToLong(Long::longValue).toArray());
    }

    /** Returns the combined reading of several histograms of batch sizes. */
    static Reading ofBatches(List<Histogram> parts) {
        Histogram all = ofBatches();
        for (Histogram part : parts) {
            for (int range = 0; range < all.counts.length; range++) {
                all.counts[range].add(part.counts[range].sum());
            }
            all.sum.add(part.sum.sum());
        }
        return all.read();
    }

    /** Records a value. */
    public void record(long value) {
        int found = Arrays.binarySearch(bounds, value);
        counts[found >= 0 ? found : -found - 1].increment();
        sum.add(value);
    }

    /** Returns what was recorded so far. */
    public Reading read() {
        return new Reading(
                Arrays.stream(bounds).boxed().toList(),
                Arrays.stream(counts).map(LongAdder::sum).toList(),
                sum.sum());
    }
}
