package io.wkmq.channel.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts values by their size, in some twenty ranges at most, so that one can say below what most of them are. Thread-safe; a value takes
 * some nanoseconds and no memory. What is read while values come may have some of them in the sum alone, or in a range alone.
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
     * What was counted.
     *
     * @param bounds the greatest value of each range but the last, which has no bound; rising
     * @param counts how many values are in each range; one more than bounds
     * @param sum all values together
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

        /** How many values there were. */
        public long count() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }
    }

    private Histogram(long[] bounds) {
        this.bounds = bounds;
        this.counts = new LongAdder[bounds.length + 1];
        Arrays.setAll(counts, range -> new LongAdder());
    }

    /** Of times in nanoseconds: three ranges for each power of ten, from 0.1 ms to 10 s. */
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

    /** Of how many are in a batch: a range for each power of two, up to 256. */
    static Histogram ofBatches() {
        List<Long> bounds = new ArrayList<>();
        for (long size = 1; size <= LARGEST_BATCH; size *= 2) {
            bounds.add(size);
        }
        return new Histogram(bounds.stream().mapToLong(Long::longValue).toArray());
    }

    /** What histograms of the same kind have counted together: those of batches. */
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

    /** Counts a value. */
    public void record(long value) {
        int found = Arrays.binarySearch(bounds, value);
        counts[found >= 0 ? found : -found - 1].increment();
        sum.add(value);
    }

    /** What was counted so far. */
    public Reading read() {
        return new Reading(
                Arrays.stream(bounds).boxed().toList(),
                Arrays.stream(counts).map(LongAdder::sum).toList(),
                sum.sum());
    }
}
