package io.wkmq.channel.mvstore;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reclaims unused space of a table's file, periodically and in bounded steps; not while rows are pinned, because compaction then takes
 * space and frees none. {@link #due} is callable from any thread, everything else under the table's lock.
 */
final class TableCompaction {
    private static final int COMPACT_BYTES = 4 << 20;
    private static final long PAUSE_MS = 2_000;
    private static final long NEVER = Long.MIN_VALUE;

    private final MvFile file;

    /** When {@link #due} last returned true. */
    private final AtomicLong toldMs = new AtomicLong(NEVER);

    private final AtomicInteger pinned = new AtomicInteger();

    TableCompaction(MvFile file) {
        this.file = file;
    }

    /** Reports that rows are pinned, until they are {@link #unpinned}. */
    void pinned() {
        pinned.incrementAndGet();
    }

    void unpinned() {
        pinned.decrementAndGet();
    }

    /**
     * Returns whether there may be something to do, at most once in some seconds. Does not block.
     *
     * @param nowMs on a monotonic clock with arbitrary origin
     */
    boolean due(long nowMs) {
        long last = toldMs.get();
        return pinned.get() == 0 && (last == NEVER || nowMs - last >= PAUSE_MS) && toldMs.compareAndSet(last, nowMs);
    }

    /** Performs one step. Returns whether there may be more to do. */
    boolean step() {
        return pinned.get() == 0 && file.compact(COMPACT_BYTES);
    }
}
