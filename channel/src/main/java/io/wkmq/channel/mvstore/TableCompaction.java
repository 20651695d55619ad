package io.wkmq.channel.mvstore;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives unused space of a table's file back, every now and then and a bounded amount at once; none while rows are pinned, for then what is
 * written takes space of its own, and none is given back. {@link #due} may be asked by any thread, all else is under the table's lock.
 */
final class TableCompaction {
    private static final int COMPACT_BYTES = 4 << 20;
    private static final long PAUSE_MS = 2_000;
    private static final long NEVER = Long.MIN_VALUE;

    private final MvFile file;

    /** When somebody was told last that it is due. */
    private final AtomicLong toldMs = new AtomicLong(NEVER);

    private final AtomicInteger pinned = new AtomicInteger();

    TableCompaction(MvFile file) {
        this.file = file;
    }

    /** Rows are kept as they are, until they are {@link #unpinned}. */
    void pinned() {
        pinned.incrementAndGet();
    }

    void unpinned() {
        pinned.decrementAndGet();
    }

    /**
     * Whether there may be something to do, and nobody was told so for some seconds. Does not block.
     *
     * @param nowMs since some moment, the same one each time; never goes back
     */
    boolean due(long nowMs) {
        long last = toldMs.get();
        return pinned.get() == 0 && (last == NEVER || nowMs - last >= PAUSE_MS) && toldMs.compareAndSet(last, nowMs);
    }

    /** Does some of it. Returns whether there may be more to do. */
    boolean step() {
        return pinned.get() == 0 && file.compact(COMPACT_BYTES);
    }
}
