package io.wkmq.benchmarks.load;

/**
 * A histogram of times whose buckets are at most 1/64 of the value wide, so that percentiles are accurate to 1.6 %. Takes any number of
 * values in 28 KiB, without allocating. Not thread-safe.
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

    /** Counts a value; a negative one, which two clocks may yield, counts as 0. */
    void record(long value) {
        long counted = Math.max(0, value);
        counts[bucket(counted)]++;
        count++;
        sum += counted;
        min = Math.min(min, counted);
        max = Math.max(max, counted);
    }

    /** Adds all values of another histogram. */
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
     * Returns the smallest value that is not exceeded by {@code percent} of the values, rounded up to the end of its bucket; 0 without
     * values.
     *
     * @param percent more than 0, at most 100
     */
    long percentile(double percent) {
        // minus an epsilon: 14 % of 10000 must be 1400, not 1400.0000000000002, which would be rounded up
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

    /** Returns the bucket of a value: one per value below 128; above that, 64 per power of two. */
    private static int bucket(long value) {
        int shift = Math.max(0, Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(value));
        return (shift << SUB_BITS) + (int) (value >>> shift);
    }

    /** Returns the largest value in the bucket. */
    private static long last(int bucket) {
        int shift = Math.max(0, (bucket >> SUB_BITS) - 1);
        long first = (long) (bucket - (shift << SUB_BITS)) << shift;
        return first + (1L << shift) - 1;
    }
}
