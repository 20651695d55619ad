package io.wkmq.session;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A hybrid logical clock: follows the machine's clock, but is always later than any time issued or seen, unless that is too far
 * ahead. No remote clock, however wrong, advances it by more than {@value #AHEAD_MAX_MS} ms. Thread-safe.
 */
final class HybridClock {
    static final long AHEAD_MAX_MS = 60_000;

    private final Clock clock;
    private final AtomicLong last = new AtomicLong();

    HybridClock(Clock clock) {
        this.clock = clock;
    }

    /** Returns a time later than all times issued or {@link #seen}, and than {@code after}. */
    long next(long after) {
        long now = clock.millis() << StampedMessage.COUNTER_BITS;
        long before = last.get();
        while (true) {
            // if the machine's clock was set back by more than that, restart from it: the caller passes former stamps
            // as "after"
            long next = sane(before, now) ? Math.max(now, before + 1) : now;
            long witness = last.compareAndExchange(before, next);
            if (witness == before) {
                return Math.min(StampedMessage.TIME_MAX, Math.max(next, after + 1));
            }
            before = witness;
        }
    }

    /** Records a time issued by another node; returns false if it is too far ahead to be followed. */
    boolean seen(long time) {
        long before = last.get();
        if (time <= before) {
            return true;
        }
        if (!sane(time, clock.millis() << StampedMessage.COUNTER_BITS)) {
            return false;
        }
        while (time > before) {
            before = last.compareAndExchange(before, time);
        }
        return true;
    }

    private static boolean sane(long time, long now) {
        return time - now <= AHEAD_MAX_MS << StampedMessage.COUNTER_BITS;
    }
}
