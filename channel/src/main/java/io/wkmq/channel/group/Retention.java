package io.wkmq.channel.group;

/**
 * Which records of a channel are kept: those that no bound wants to be removed.
 *
 * @param ageMs for how long; {@link Long#MAX_VALUE} for ever
 * @param bytes how much the records may take, roughly; {@link Long#MAX_VALUE} for any
 * @param count how many; {@link Long#MAX_VALUE} for any
 */
public record Retention(long ageMs, long bytes, long count) {
    /** Keeps everything. */
    public static final Retention FOR_EVER = new Retention(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    /** Refuses bounds that keep nothing. */
    public Retention {
        if (ageMs < 1 || bytes < 1 || count < 1) {
            throw new IllegalArgumentException("A channel keeps " + count + " records and " + bytes + " bytes for "
                    + ageMs + " ms; expected at least 1 of each");
        }
    }
}
