package io.wkmq.channel.engine;

import io.wkmq.channel.records.RecordStore;
import java.time.Duration;

/**
 * How a {@link LocalEngine} works.
 *
 * @param groups how many groups there are; what was made with another number is refused
 * @param segmentBytes the size of a file of the log; a checkpoint is written when one is full
 * @param logBytesMax with a larger log, which means that checkpoints do not keep up, nothing is appended
 * @param checkpointInterval how long something may wait for a checkpoint at most
 * @param reserveBytes while the disk has less space than that, nothing is appended
 * @param fileBytesMax when a channel gets another file for its records
 * @param openMax how many files with records are kept open in each group
 * @param liveMax how many idle channels of a group are kept in memory
 * @param retentionInterval how often is looked for records that need not be kept
 * @param appender how messages are gathered
 * @param scrub how records are looked through for damage
 */
public record LocalOptions(
        int groups,
        long segmentBytes,
        long logBytesMax,
        Duration checkpointInterval,
        long reserveBytes,
        int fileBytesMax,
        int openMax,
        int liveMax,
        Duration retentionInterval,
        AppenderOptions appender,
        ScrubOptions scrub) {
    /** Checks the ranges. */
    public LocalOptions {
        require(groups > 0 && groups <= 1024, "There are " + groups + " groups; expected 1 to 1024");
        require(segmentBytes >= 4096, "A segment has " + segmentBytes + " bytes; expected at least 4096");
        require(
                logBytesMax >= 2 * segmentBytes,
                "The bound of the log is " + logBytesMax + " bytes; expected at least two segments of " + segmentBytes);
        require(
                checkpointInterval.toMillis() > 0 && retentionInterval.toMillis() > 0,
                "Checkpoints come every " + checkpointInterval + ", retention every " + retentionInterval
                        + "; expected at least 1 ms");
        require(reserveBytes >= 0, "The reserve is " + reserveBytes + " bytes; expected 0 or more");
        require(
                fileBytesMax > 0 && openMax > 0 && liveMax > 0,
                "There are " + openMax + " open files and " + liveMax + " live channels with files of " + fileBytesMax
                        + " bytes; expected at least 1 of each");
    }

    private static void require(boolean condition, String text) {
        if (!condition) {
            throw new IllegalArgumentException(text);
        }
    }

    /** The defaults. */
    public static LocalOptions defaults() {
        return new LocalOptions(
                8,
                32L << 20,
                512L << 20,
                Duration.ofSeconds(30),
                64L << 20,
                RecordStore.FILE_BYTES_MAX,
                256,
                1024,
                Duration.ofMinutes(1),
                AppenderOptions.defaults(),
                ScrubOptions.defaults());
    }
}
