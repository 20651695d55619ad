package io.wkmq.channel.registry;

import io.wkmq.channel.group.Retention;

/**
 * What an administrator can change of a channel.
 *
 * @param retention which records are kept
 * @param keysMax how many named messages are known again; 0 for none
 * @param keysAgeMs for how long
 */
public record ChannelSettings(Retention retention, int keysMax, long keysAgeMs) {
    /** Keeps everything, and knows 100,000 named messages again for a day. */
    public static final ChannelSettings DEFAULT = new ChannelSettings(Retention.FOR_EVER, 100_000, 86_400_000);

    /** At most so many named messages can be known again: they are in memory. */
    public static final int KEYS_MAX = 10_000_000;

    /** Checks the ranges. */
    public ChannelSettings {
        if (keysMax < 0 || keysMax > KEYS_MAX || keysAgeMs < 0) {
            throw new IllegalArgumentException("A channel knows " + keysMax + " named messages for " + keysAgeMs
                    + " ms; expected 0 to " + KEYS_MAX + " messages and no time below 0");
        }
    }
}
