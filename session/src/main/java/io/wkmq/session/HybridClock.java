package io.wkmq.session;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A hybrid logical clock: the time of the machine, but always later than what it has given or seen, as long as that is not far
 * ahead. Nobody else's clock, however wrong, moves it further than {@value #AHEAD_MAX_MS} ms. Thread-safe.
 */
final class HybridClock {
    static final long AHEAD_MAX_MS = 60_000;

    private final Clock clock;
    private final AtomicLong last = new AtomicLong();

    HybridClock(Clock clock) {
        this.clock = clock;
    }

    /** A time later than any that was given or {@link #seen}, and than that one. */
    long next(long after) {
        long now = clock.millis() << StampedMessage.COUNTER_BITS;
        long before = last.get();
        while (true) {
            // a machine whose clock was set back by more than that begins anew: what it said is in the messages
            long next = sane(before, now) ? Math.max(now, before + 1) : now;
            long witness = last.compareAndExchange(before, next);
            if (witness == before) {
                return Math.min(StampedMessage.TIME_MAX, Math.max(next, after + 1));
            }
            before = witness;
        }
    }

    /** Notes a time that another node gave; false if it is too far ahead to be followed. */
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
