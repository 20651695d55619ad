package io.wkmq.cluster.sessions;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.LongSupplier;

/**
 * The source of claim epochs: a hybrid logical clock with the time of day in milliseconds in its upper 48 bits and a counter in the
 * lower 16. Each epoch is greater than all that were issued here or seen from other nodes before. Thread-safe.
 */
public final class EpochClock {
    private static final int COUNT_BITS = 16;

    private final LongSupplier wallClockMs;

    @GuardedBy("this")
    private long last;

    /**
     * Creates a clock that has issued no epoch yet.
     *
     * @param wallClockMs the time of day in ms
     */
    public EpochClock(LongSupplier wallClockMs) {
        this.wallClockMs = wallClockMs;
    }

    /** Returns an epoch greater than all issued or seen before. */
    public synchronized long next() {
        last = Math.max(last + 1, wallClockMs.getAsLong() << COUNT_BITS);
        return last;
    }

    /** Records an epoch issued by another node, or by an earlier process of this one. */
    public synchronized void seen(long epoch) {
        last = Math.max(last, epoch);
    }
}
