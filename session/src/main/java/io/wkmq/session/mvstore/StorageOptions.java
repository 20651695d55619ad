package io.wkmq.session.mvstore;

import java.time.Duration;

/**
 * How an {@link MvStorage} works.
 *
 * @param durability what a completed flush promises
 * @param syncInterval how often {@link Durability#INTERVAL} syncs
 * @param queueBytesMax how much may wait for the storage thread. From half of it on the storage is not writable; at the
 *     bound messages are refused; at twice the bound, which only a disk that hangs can lead to, the storage is fenced
 * @param segmentBytes the size of a file of the log; a checkpoint is written when one is full
 * @param logBytesMax with a larger log, which means that checkpoints do not keep up, messages are refused; from three quarters of it
 *     on flushes wait for checkpoints
 * @param checkpointInterval how long a change may wait for a checkpoint at most
 * @param reserveBytes while the disk has less space than that, no messages are added; what is left is for what goes on
 * @param failOnCorruption whether a damaged storage stops the start, instead of being set aside and begun anew
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
    /** The smallest segment. */
    public static final long SEGMENT_BYTES_MIN = 64 << 10;

    /** The largest bound of the queue: all that waits must fit into one record. */
    public static final long QUEUE_BYTES_MAX = 512L << 20;

    /** Checks the ranges. */
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

    /** The defaults. */
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

    /** The same with another durability. */
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
