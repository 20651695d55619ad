package io.wkmq.session;

import io.wkmq.routing.Message;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Tracks the usage of the limits on retained messages and counts refusals. Thread-safe. */
final class RetainedRoom {
    private final RetainedLimits limits;
    private final RareWarning warning;
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder refusedByCount = new LongAdder();
    private final LongAdder refusedByBytes = new LongAdder();
    private final LongAdder refusedByPayload = new LongAdder();
    private final LongAdder refusedFromOthers = new LongAdder();
    private final AtomicLong made = new AtomicLong();
    private volatile boolean wanted;

    RetainedRoom(RetainedLimits limits, RareWarning warning) {
        this.limits = limits;
        this.warning = warning;
    }

    /** Returns whether the payload is too large, and counts that. */
    boolean tooLarge(Message message) {
        boolean large = message.payload().length > limits.payloadBytesMax();
        if (large) {
            refusedByPayload.increment();
        }
        return large;
    }

    /** Reserves room for a message that replaces another; returns false if there is none. */
    boolean reserve(@Nullable Message old, Message message) {
        if (old == null && !reserve(count, 1, limits.countMax())) {
            refusedByCount.increment();
            warn("messages", limits.countMax());
            return false;
        }
        if (!reserve(bytes, message.bytes() - (old == null ? 0 : old.bytes()), limits.bytesMax())) {
            if (old == null) {
                count.decrementAndGet();
            }
            refusedByBytes.increment();
            warn("bytes", limits.bytesMax());
            return false;
        }
        return true;
    }

    private static boolean reserve(AtomicLong used, long more, long max) {
        long now = used.get();
        while (more <= 0 || now + more <= max) {
            long witness = used.compareAndExchange(now, now + more);
            if (witness == now) {
                return true;
            }
            now = witness;
        }
        return false;
    }

    private void warn(String what, long max) {
        warning.warn(
                "Messages are not retained, the limit of {} {} is reached; their topics keep what they had"
                        + " refusedByCount={} refusedByBytes={}",
                max,
                what,
                refusedByCount.sum(),
                refusedByBytes.sum());
    }

    /** Takes room for a message regardless of the limits. */
    void take(Message message) {
        count.incrementAndGet();
        bytes.addAndGet(message.bytes());
    }

    /** Releases the room of a message. */
    void free(Message message) {
        count.decrementAndGet();
        bytes.addAndGet(-message.bytes());
        if (wanted) {
            wanted = false;
            made.incrementAndGet();
        }
    }

    /** Records that another node's message was refused. */
    void refusedFromOther() {
        refusedFromOthers.increment();
        wanted = true;
    }

    /** Returns how often room became available after another node's message had been refused. */
    long made() {
        return made.get();
    }

    int count() {
        return (int) count.get();
    }

    RetainedStatistics statistics(int removals, long expired, long removalsForgotten) {
        return new RetainedStatistics(
                count(),
                bytes.get(),
                removals,
                refusedByCount.sum(),
                refusedByBytes.sum(),
                refusedByPayload.sum(),
                refusedFromOthers.sum(),
                expired,
                removalsForgotten);
    }
}
