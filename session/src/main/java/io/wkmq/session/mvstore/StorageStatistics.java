package io.wkmq.session.mvstore;

/**
 * Metrics of an {@link MvStorage}. Totals count from its opening.
 *
 * @param queueBytes the data currently queued for the storage thread
 * @param commits total of batches written to the log
 * @param commitNanos total time spent writing batches, including syncs
 * @param loggedBytes total of bytes written to the log
 * @param checkpoints total of checkpoints written
 * @param checkpointsAwaited total of batches that waited for a checkpoint
 * @param failedFlushes total of failed flushes
 * @param refusedAdditions total of messages not accepted
 * @param logBytes the current size of the log on disk
 * @param stateBytes the current size of the state file on disk
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
