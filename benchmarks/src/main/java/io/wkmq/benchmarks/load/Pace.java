package io.wkmq.benchmarks.load;

/** The schedule of a publisher's messages: equal intervals, with different publishers staggered over the interval. Immutable. */
final class Pace {
    /** A message later than this was held up by the broker rather than by the granularity of the publishers' timer. */
    private static final long LATE_NS = 10_000_000;

    private final double intervalNs;
    private final double offset;
    private final long startNs;

    /**
     * Creates a pace.
     *
     * @param perSecond messages per second of one publisher; 0 for as many as possible
     * @param offset the fraction of an interval by which it is ahead, from 0 to less than 1
     */
    Pace(double perSecond, double offset, long startNs) {
        this.intervalNs = perSecond > 0 ? 1e9 / perSecond : 0;
        this.offset = offset;
        this.startNs = startNs;
    }

    /** Returns how many messages are due by {@code nowNs}. */
    long due(long nowNs) {
        return intervalNs == 0 ? Long.MAX_VALUE : (long) ((nowNs - startNs) / intervalNs + offset);
    }

    /**
     * Returns the time from which a message's latency counts: now, or when it was due if it had to wait. Otherwise a stalling broker would
     * receive fewer messages, and its stalls would hardly show (coordinated omission).
     */
    long stampNs(long sequence, long nowNs) {
        if (intervalNs == 0) {
            return nowNs;
        }
        long dueNs = startNs + (long) ((sequence + 1 - offset) * intervalNs);
        return nowNs - dueNs > LATE_NS ? dueNs : nowNs;
    }
}
