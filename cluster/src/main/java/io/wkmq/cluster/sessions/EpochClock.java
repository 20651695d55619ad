package io.wkmq.cluster.sessions;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.LongSupplier;

/**
 * Gives the epochs of claims: a hybrid logical clock, the time of day in its upper 48 bits and a count in the lower 16. Never
 * gives the same twice, nor one that is not above all that were seen of other nodes. Thread-safe.
 */
public final class EpochClock {
    private static final int COUNT_BITS = 16;

    private final LongSupplier wallClockMs;

    @GuardedBy("this")
    private long last;

    /**
     * Has given no epoch yet.
     *
     * @param wallClockMs tells the time of day
     */
    public EpochClock(LongSupplier wallClockMs) {
        this.wallClockMs = wallClockMs;
    }

    /** An epoch above all that were given or seen. */
    public synchronized long next() {
        last = Math.max(last + 1, wallClockMs.getAsLong() << COUNT_BITS);
        return last;
    }

    /** Another node, or an earlier run of this one, has given that epoch. */
    public synchronized void seen(long epoch) {
        last = Math.max(last, epoch);
    }
}
