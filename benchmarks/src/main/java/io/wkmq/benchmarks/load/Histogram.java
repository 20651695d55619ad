package io.wkmq.benchmarks.load;

/**
 * Counts times in buckets whose width is at most 1/64 of the time, so a percentile is right to 1.6 %. Takes any number of
 * values in 28 KiB and without an object for each. Belongs to one thread.
 */
final class Histogram {
    private static final int SUB_BITS = 6;
    private static final int SUBS = 1 << SUB_BITS;
    private static final int BUCKETS = (Long.SIZE - SUB_BITS) * SUBS;

    private final long[] counts = new long[BUCKETS];
    private long count;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max;

    /** Counts a value; a negative one, as two clocks may yield, counts as 0. */
    void record(long value) {
        long counted = Math.max(0, value);
        counts[bucket(counted)]++;
        count++;
        sum += counted;
        min = Math.min(min, counted);
        max = Math.max(max, counted);
    }

    /** Adds all that another one counted. */
    void add(Histogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.counts[i];
        }
        count += other.count;
        sum += other.sum;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
    }

    long count() {
        return count;
    }

    long min() {
        return count == 0 ? 0 : min;
    }

    long max() {
        return max;
    }

    long mean() {
        return count == 0 ? 0 : sum / count;
    }

    /**
     * The value that so many percent of the values do not exceed, rounded up to the end of its bucket; 0 if there are none.
     *
     * @param percent more than 0, at most 100
     */
    long percentile(double percent) {
        // less a little: 14 % of 10000 are 1400, and not 1400.0000000000002, which would be rounded up
        long rank = Math.max(1, (long) Math.ceil(percent * count / 100 - 1e-6));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.min(max, last(i));
            }
        }
        return max;
    }

    /** Values below 128 have a bucket each; above, each power of two has 64. */
    private static int bucket(long value) {
        int shift = Math.max(0, Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(value));
        return (shift << SUB_BITS) + (int) (value >>> shift);
    }

    /** The largest value of the bucket. */
    private static long last(int bucket) {
        int shift = Math.max(0, (bucket >> SUB_BITS) - 1);
        long first = (long) (bucket - (shift << SUB_BITS)) << shift;
        return first + (1L << shift) - 1;
    }
}
