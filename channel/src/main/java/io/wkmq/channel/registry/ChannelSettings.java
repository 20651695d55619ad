package io.wkmq.channel.registry;

import io.wkmq.channel.group.Retention;

/**
 * What an administrator can change of a channel.
 *
 * @param retention which records are kept
 * @param keysMax how many named messages are known again; 0 for none
 * @param keysAgeMs for how long
 * @param cursorsAgeMs for how long a cursor is kept that nobody uses; {@link Long#MAX_VALUE} for ever
 */
public record ChannelSettings(Retention retention, int keysMax, long keysAgeMs, long cursorsAgeMs) {
    private static final long DAY_MS = 86_400_000;

    /** Keeps everything, knows 100,000 named messages again for a day, and keeps cursors for a month. */
    public static final ChannelSettings DEFAULT = new ChannelSettings(Retention.FOR_EVER, 100_000, DAY_MS, 30 * DAY_MS);

    /** At most so many named messages can be known again: they are in memory. */
    public static final int KEYS_MAX = 10_000_000;

    /** Cursors are kept for that long at least: now and then is said that they are in use. */
    public static final long CURSORS_AGE_MIN_MS = 600_000;

    /** Checks the ranges. */
    public ChannelSettings {
        if (keysMax < 0 || keysMax > KEYS_MAX || keysAgeMs < 0 || cursorsAgeMs < CURSORS_AGE_MIN_MS) {
            throw new IllegalArgumentException("A channel knows " + keysMax + " named messages for " + keysAgeMs
                    + " ms, and cursors for " + cursorsAgeMs + " ms; expected 0 to " + KEYS_MAX
                    + " messages, no time below 0, and cursors for at least " + CURSORS_AGE_MIN_MS + " ms");
        }
    }
}
