package io.wkmq.session.mvstore;

import java.time.Duration;

/**
 * The configuration of an {@link MvStorage}.
 *
 * @param durability the guarantee given by a completed flush
 * @param syncInterval how often {@link Durability#INTERVAL} syncs
 * @param queueBytesMax the bound on data queued for the storage thread. From half of it the storage is not writable; at the
 *     bound messages are refused; at twice the bound, which only a hung disk can cause, the storage is fenced
 * @param segmentBytes the size of a log segment; a full segment triggers a checkpoint
 * @param logBytesMax the bound on the log, reached when checkpoints do not keep up: beyond it messages are refused; from three
 *     quarters of it flushes wait for checkpoints
 * @param checkpointInterval the maximum time before a change is included in a checkpoint
 * @param reserveBytes while the disk has less free space than this no messages are added; the reserve is for all other changes
 * @param failOnCorruption whether a damaged storage prevents startup, instead of being set aside and replaced with an empty one
 */
public record StorageOptions(
        Durability durability,
        Duration syncInterval,
        long queueBytesMax,
        long segmentBytes,
        long logBytesMax,
        Duration checkpointInterval,
        long reserveBytes,
        boolean failOnCorruption) {
    /** The minimum segment size. */
    public static final long SEGMENT_BYTES_MIN = 64 << 10;

    /** The maximum queue bound: the whole queue must fit into one record. */
    public static final long QUEUE_BYTES_MAX = 512L << 20;

    /** Validates the ranges. */
    public StorageOptions {
        require(syncInterval.toMillis() > 0, "The sync interval is " + syncInterval + "; expected at least 1 ms");
        require(
                queueBytesMax > 0 && queueBytesMax <= QUEUE_BYTES_MAX,
                "The bound of the queue is " + queueBytesMax + " bytes; expected 1 to " + QUEUE_BYTES_MAX);
        require(
                segmentBytes >= SEGMENT_BYTES_MIN && segmentBytes <= 1 << 30,
                "A segment has " + segmentBytes + " bytes; expected " + SEGMENT_BYTES_MIN + " to " + (1 << 30));
        require(
                logBytesMax >= 2 * segmentBytes,
                "The bound of the log is " + logBytesMax + " bytes; expected at least two segments of " + segmentBytes);
        require(
                checkpointInterval.toMillis() > 0,
                "The checkpoint interval is " + checkpointInterval + "; expected at least 1 ms");
        require(reserveBytes >= 0, "The reserve is " + reserveBytes + " bytes; expected 0 or more");
    }

    private static void require(boolean condition, String text) {
        if (!condition) {
            throw new IllegalArgumentException(text);
        }
    }

    /** Returns the defaults. */
    public static StorageOptions defaults() {
        return new StorageOptions(
                Durability.SYNC,
                Duration.ofMillis(100),
                64L << 20,
                32L << 20,
                256L << 20,
                Duration.ofSeconds(60),
                64L << 20,
                false);
    }

    /** Returns these options with another durability. */
    public StorageOptions with(Durability other) {
        return new StorageOptions(
                other,
                syncInterval,
                queueBytesMax,
                segmentBytes,
                logBytesMax,
                checkpointInterval,
                reserveBytes,
                failOnCorruption);
    }
}
