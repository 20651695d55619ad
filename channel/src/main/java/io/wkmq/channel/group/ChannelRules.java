package io.wkmq.channel.group;

/**
 * The part of a channel's definition that is relevant to its state machine.
 *
 * @param revision of the definition; newer ones are higher
 * @param keysMax how many message names are remembered for deduplication; 0 for none
 * @param keysAgeMs for how long a message name is remembered
 * @param cursorsMax how many cursors the channel may have
 * @param cursorsAgeMs for how long an unused cursor is kept
 * @param retention which records are retained
 */
public record ChannelRules(
        long revision, int keysMax, long keysAgeMs, int cursorsMax, long cursorsAgeMs, Retention retention) {
    /** Rejects negative values. */
    public ChannelRules {
        if (revision < 0 || keysMax < 0 || keysAgeMs < 0 || cursorsMax < 0 || cursorsAgeMs < 1) {
            throw new IllegalArgumentException("The rules of a channel are revision " + revision + ", " + keysMax
                    + " keys for " + keysAgeMs + " ms and " + cursorsMax + " cursors for " + cursorsAgeMs
                    + " ms; expected none below 0, and cursors for at least 1 ms");
        }
    }
}
