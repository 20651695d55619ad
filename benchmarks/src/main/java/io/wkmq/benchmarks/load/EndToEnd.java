package io.wkmq.benchmarks.load;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many messages of a publisher are in flight to its subscribers, so that the broker need not queue without limit, or drop
 * messages. Thread-safe.
 */
final class EndToEnd {
    private final long copiesMax;
    private final int copies;
    private final AtomicLong arrived = new AtomicLong();
    private long arrivedBefore;
    private volatile long wakeAt;
    private volatile boolean blocked;
    private volatile @Nullable Runnable wakeUp;

    /**
     * Creates a window for one publisher.
     *
     * @param messages the maximum number of its messages in flight
     * @param copies how many subscribers receive each message
     */
    EndToEnd(int messages, int copies) {
        this.copies = copies;
        this.copiesMax = (long) messages * copies;
    }

    /** Sets the action that resumes the publisher. */
    void onOpen(Runnable action) {
        wakeUp = action;
    }

    /**
     * Returns whether another message may follow the {@code sent} ones; if not, the action of {@link #onOpen} runs later. Called on the
     * publisher's loop.
     */
    boolean open(long sent) {
        if (fits(sent)) {
            return true;
        }
        // resumes only once half of the window is free: resumed for every arrival, the publisher would write messages
        // one by one
        wakeAt = Math.max((sent + 1) * copies - copiesMax, sent * copies - copiesMax / 2);
        blocked = true;
        return fits(sent); // arrivals before the flag became visible resume nobody
    }

    private boolean fits(long sent) {
        return (sent + 1) * copies - arrived.get() <= copiesMax;
    }

    /** Counts arrivals. Callable on any loop. */
    void arrived(long count) {
        wake(arrived.addAndGet(count));
    }

    /**
     * Writes off the messages in flight if nothing has arrived since the last call: they are lost, and the publisher would wait for ever.
     * Called on the publisher's loop.
     */
    void forgive(long sent) {
        long now = arrived.get();
        if (blocked && now == arrivedBefore) {
            wake(arrived.addAndGet(Math.max(0, sent * copies - now)));
        }
        arrivedBefore = now;
    }

    private void wake(long now) {
        Runnable action = wakeUp;
        if (blocked && now >= wakeAt && action != null) {
            blocked = false;
            action.run();
        }
    }
}
