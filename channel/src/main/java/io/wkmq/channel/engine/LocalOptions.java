package io.wkmq.channel.engine;

import io.wkmq.channel.records.RecordStore;
import java.time.Duration;

/**
 * The options of a {@link LocalEngine}.
 *
 * @param groups the number of groups; a directory created with another number is refused
 * @param segmentBytes the size of a log segment; a full segment triggers a checkpoint
 * @param logBytesMax the log size above which appends are refused, because checkpoints do not keep up
 * @param checkpointInterval the maximum time between a change and its checkpoint
 * @param reserveBytes the free disk space below which appends are refused
 * @param fileBytesMax the size of a channel's record file above which another one is started
 * @param openMax how many record files are kept open per group
 * @param liveMax how many idle channels of a group are kept in memory
 * @param retentionInterval the interval between retention sweeps
 * @param appender how messages are batched
 * @param scrub how records are scrubbed for damage
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
    /** Validates the ranges. */
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

    /** Returns the defaults. */
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
