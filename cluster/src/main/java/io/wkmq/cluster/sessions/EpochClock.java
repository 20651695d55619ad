package io.wkmq.cluster.sessions;

import java.util.function.LongSupplier;

/**
 * Gives the epochs of claims: a hybrid logical clock, the time of day in its upper 48 bits and a count in the lower 16. Never
 * gives the same twice, nor one that is not above all that were seen of other nodes. Belongs to one thread.
 */
final class EpochClock {
    private static final int COUNT_BITS = 16;

    private final LongSupplier wallClockMs;
    private long last;

    EpochClock(LongSupplier wallClockMs) {
        this.wallClockMs = wallClockMs;
    }

    long next() {
        last = Math.max(last + 1, wallClockMs.getAsLong() << COUNT_BITS);
        return last;
    }

    /** Another node, or an earlier run of this one, has given that epoch. */
    void seen(long epoch) {
        last = Math.max(last, epoch);
    }
}
