package io.wkmq.benchmarks.load;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many of a publisher's messages are on their way to its subscribers, so that the broker need not queue without
 * end, or drop. Thread-safe.
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
     * For one publisher.
     *
     * @param messages how many of its messages may be on their way
     * @param copies how many subscribers get each
     */
    EndToEnd(int messages, int copies) {
        this.copies = copies;
        this.copiesMax = (long) messages * copies;
    }

    /** What lets the publisher go on. */
    void onOpen(Runnable action) {
        wakeUp = action;
    }

    /** Whether a message may follow those sent; if not, {@link #onOpen} is called later. The publisher's loop. */
    boolean open(long sent) {
        if (fits(sent)) {
            return true;
        }
        // a publisher that is called for each message writes each alone, so half of the window is waited for
        wakeAt = Math.max((sent + 1) * copies - copiesMax, sent * copies - copiesMax / 2);
        blocked = true;
        return fits(sent); // what arrived before the flag was seen calls nobody
    }

    private boolean fits(long sent) {
        return (sent + 1) * copies - arrived.get() <= copiesMax;
    }

    /** So many have arrived. Any loop. */
    void arrived(long count) {
        wake(arrived.addAndGet(count));
    }

    /**
     * Writes off what is on its way if nothing has arrived since the last call: it is lost, and the publisher would wait for
     * ever. The publisher's loop.
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
