package io.wkmq.channel.engine;

import java.time.Duration;

/**
 * The options of periodic scrubbing.
 *
 * @param interval from the end of one pass to the start of the next; zero for never
 * @param bytesPerSecond the maximum read rate
 */
public record ScrubOptions(Duration interval, long bytesPerSecond) {
    /** Validates the ranges. */
    public ScrubOptions {
        if (interval.isNegative() || bytesPerSecond < 1) {
            throw new IllegalArgumentException("Records are looked through every " + interval + " with "
                    + bytesPerSecond + " bytes a second; expected no less than 0 and at least 1");
        }
    }

    /** Returns the defaults: once a week, at 8 MiB per second. */
    public static ScrubOptions defaults() {
        return new ScrubOptions(Duration.ofDays(7), 8 << 20);
    }
}
