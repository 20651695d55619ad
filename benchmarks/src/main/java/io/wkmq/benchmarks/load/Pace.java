package io.wkmq.benchmarks.load;

/**
 * When a publisher's messages are due: at equal intervals, those of different publishers spread over the interval. Immutable.
 */
final class Pace {
    /** A message that leaves this late was held up by the broker, not by the tick of the publishers' timer. */
    private static final long LATE_NS = 10_000_000;

    private final double intervalNs;
    private final double offset;
    private final long startNs;

    /**
     * A pace.
     *
     * @param perSecond messages a second of one publisher; 0 for as many as possible
     * @param offset from 0 to less than 1: by which part of an interval it is ahead
     */
    Pace(double perSecond, double offset, long startNs) {
        this.intervalNs = perSecond > 0 ? 1e9 / perSecond : 0;
        this.offset = offset;
        this.startNs = startNs;
    }

    /** How many messages are due until then. */
    long due(long nowNs) {
        return intervalNs == 0 ? Long.MAX_VALUE : (long) ((nowNs - startNs) / intervalNs + offset);
    }

    /**
     * The time from which a message's latency counts: now, or when it was due if it had to wait. Otherwise a broker that stalls
     * would be asked less, and its stalls would hardly show.
     */
    long stampNs(long sequence, long nowNs) {
        if (intervalNs == 0) {
            return nowNs;
        }
        long dueNs = startNs + (long) ((sequence + 1 - offset) * intervalNs);
        return nowNs - dueNs > LATE_NS ? dueNs : nowNs;
    }
}
