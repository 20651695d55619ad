package io.wkmq.channel.engine;

import java.time.Duration;

/**
 * How records on the disk are looked through for damage without being asked.
 *
 * @param interval from the end of one look to the beginning of the next; zero for never
 * @param bytesPerSecond how much is read at most
 */
public record ScrubOptions(Duration interval, long bytesPerSecond) {
    /** Checks the ranges. */
    public ScrubOptions {
        if (interval.isNegative() || bytesPerSecond < 1) {
            throw new IllegalArgumentException("Records are looked through every " + interval + " with "
                    + bytesPerSecond + " bytes a second; expected no less than 0 and at least 1");
        }
    }

    /** Once a week, 8 MB a second. */
    public static ScrubOptions defaults() {
        return new ScrubOptions(Duration.ofDays(7), 8 << 20);
    }
}
