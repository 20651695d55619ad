package io.wkmq.session.mvstore;

/**
 * Figures of an {@link MvStorage} for metrics; the totals count from its opening.
 *
 * @param queueBytes what waits for the storage thread, now
 * @param commits batches written to the log, total
 * @param commitNanos time spent on that, syncs included, total
 * @param loggedBytes bytes written to the log, total
 * @param checkpoints checkpoints written, total
 * @param checkpointsAwaited batches that waited for a checkpoint, total
 * @param failedFlushes flushes that failed, total
 * @param refusedAdditions messages that were not taken, total
 * @param logBytes what the log takes on disk, now
 * @param stateBytes what the state file takes on disk, now
 */
public record StorageStatistics(
        long queueBytes,
        long commits,
        long commitNanos,
        long loggedBytes,
        long checkpoints,
        long checkpointsAwaited,
        long failedFlushes,
        long refusedAdditions,
        long logBytes,
        long stateBytes) {}
