package io.wkmq.channel.engine;

import java.time.Duration;

/**
 * How a group of readers shares the records of a channel.
 *
 * @param recordsMax window size: maximum number of records, from the first unfinished one on, that are given out or wait to be
 * @param bytesMax maximum total size of those records; a single record may be larger
 * @param patience how long a reader may hold a record without reporting on it before another one gets it
 * @param deliveriesMax how often a record is given out before it becomes a dead letter
 */
public record GroupOptions(int recordsMax, long bytesMax, Duration patience, int deliveriesMax) {
    /** Checks the ranges. */
    public GroupOptions {
        if (recordsMax < 1 || bytesMax < 1 || patience.toMillis() < 1 || deliveriesMax < 1) {
            throw new IllegalArgumentException("A group has at most " + recordsMax + " records, " + bytesMax
                    + " bytes, patience for " + patience + " and " + deliveriesMax
                    + " deliveries; expected at least 1 of each");
        }
    }

    /** Returns the default options. */
    public static GroupOptions defaults() {
        return new GroupOptions(1_000, 16 << 20, Duration.ofMinutes(1), 5);
    }
}
