package io.wkmq.channel.group;

/**
 * The limits on what a channel retains: a record is removed as soon as it exceeds any of them.
 *
 * @param ageMs the maximum age; {@link Long#MAX_VALUE} for no limit
 * @param bytes the approximate maximum size of all records; {@link Long#MAX_VALUE} for no limit
 * @param count the maximum number of records; {@link Long#MAX_VALUE} for no limit
 */
public record Retention(long ageMs, long bytes, long count) {
    /** Retains everything. */
    public static final Retention FOR_EVER = new Retention(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    /** Rejects limits that would retain nothing. */
    public Retention {
        if (ageMs < 1 || bytes < 1 || count < 1) {
            throw new IllegalArgumentException("A channel keeps " + count + " records and " + bytes + " bytes for "
                    + ageMs + " ms; expected at least 1 of each");
        }
    }
}
