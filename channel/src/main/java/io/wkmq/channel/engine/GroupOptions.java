package io.wkmq.channel.engine;

import java.time.Duration;

/**
 * How groups share the records of a channel.
 *
 * @param recordsMax how many records are given out, or wait to be, in front of the first one that is not done with
 * @param bytesMax how many bytes of them; one record may be larger
 * @param patience after how long a record that was given to a reader, who says nothing, is given to another one
 * @param deliveriesMax how often a record is given out before it goes to the dead letters
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

    /** The defaults. */
    public static GroupOptions defaults() {
        return new GroupOptions(1_000, 16 << 20, Duration.ofMinutes(1), 5);
    }
}
