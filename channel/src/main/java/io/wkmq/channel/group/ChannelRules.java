package io.wkmq.channel.group;

/**
 * What a channel's definition means for its state machine.
 *
 * @param revision of the definition; newer ones are higher
 * @param keysMax how many named messages are known again; 0 for none
 * @param keysAgeMs for how long
 * @param cursorsMax how many cursors the channel may have
 * @param cursorsAgeMs for how long a cursor is kept that nobody uses
 * @param retention which records are kept
 */
public record ChannelRules(
        long revision, int keysMax, long keysAgeMs, int cursorsMax, long cursorsAgeMs, Retention retention) {
    /** Refuses negative bounds. */
    public ChannelRules {
        if (revision < 0 || keysMax < 0 || keysAgeMs < 0 || cursorsMax < 0 || cursorsAgeMs < 1) {
            throw new IllegalArgumentException("The rules of a channel are revision " + revision + ", " + keysMax
                    + " keys for " + keysAgeMs + " ms and " + cursorsMax + " cursors for " + cursorsAgeMs
                    + " ms; expected none below 0, and cursors for at least 1 ms");
        }
    }
}
