package io.wkmq.session.mvstore;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The counters of the storage. Thread-safe. */
final class StorageCounters {
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong commitNanos = new AtomicLong();
    private final AtomicLong loggedBytes = new AtomicLong();
    private final AtomicLong checkpoints = new AtomicLong();
    private final AtomicLong checkpointsAwaited = new AtomicLong();
    private final AtomicLong failedFlushes = new AtomicLong();
    private final LongAdder refusedAdditions = new LongAdder();

    void committed(long bytes, long nanos) {
        commits.incrementAndGet();
        commitNanos.addAndGet(nanos);
        loggedBytes.addAndGet(bytes);
    }

    void checkpointed() {
        checkpoints.incrementAndGet();
    }

    void checkpointAwaited() {
        checkpointsAwaited.incrementAndGet();
    }

    void flushFailed() {
        failedFlushes.incrementAndGet();
    }

    void additionRefused() {
        refusedAdditions.increment();
    }

    long commits() {
        return commits.get();
    }

    long commitNanos() {
        return commitNanos.get();
    }

    long loggedBytes() {
        return loggedBytes.get();
    }

    long checkpoints() {
        return checkpoints.get();
    }

    long checkpointsAwaited() {
        return checkpointsAwaited.get();
    }

    long failedFlushes() {
        return failedFlushes.get();
    }

    long refusedAdditions() {
        return refusedAdditions.sum();
    }
}
