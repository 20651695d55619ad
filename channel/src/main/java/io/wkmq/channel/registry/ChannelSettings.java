package io.wkmq.channel.registry;

import io.wkmq.channel.group.Retention;

/**
 * The settings of a channel that an administrator can change.
 *
 * @param retention which records are retained
 * @param keysMax how many message names are remembered for deduplication; 0 for none
 * @param keysAgeMs for how long a message name is remembered
 * @param cursorsAgeMs for how long an unused cursor is kept; {@link Long#MAX_VALUE} for ever
 */
public record ChannelSettings(Retention retention, int keysMax, long keysAgeMs, long cursorsAgeMs) {
    private static final long DAY_MS = 86_400_000;

    /** Retains everything, remembers 100,000 message names for a day, and keeps unused cursors for 30 days. */
    public static final ChannelSettings DEFAULT = new ChannelSettings(Retention.FOR_EVER, 100_000, DAY_MS, 30 * DAY_MS);

    /** Upper bound on remembered message names, which are held in memory. */
    public static final int KEYS_MAX = 10_000_000;

    /** Lower bound on the age of unused cursors: it must exceed the interval at which holders mark their cursors as in use. */
    public static final long CURSORS_AGE_MIN_MS = 600_000;

    /** Validates the ranges. */
    public ChannelSettings {
        if (keysMax < 0 || keysMax > KEYS_MAX || keysAgeMs < 0 || cursorsAgeMs < CURSORS_AGE_MIN_MS) {
            throw new IllegalArgumentException("A channel knows " + keysMax + " named messages for " + keysAgeMs
                    + " ms, and cursors for " + cursorsAgeMs + " ms; expected 0 to " + KEYS_MAX
                    + " messages, no time below 0, and cursors for at least " + CURSORS_AGE_MIN_MS + " ms");
        }
    }
}
