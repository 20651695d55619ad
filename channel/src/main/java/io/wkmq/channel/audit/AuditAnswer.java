package io.wkmq.channel.audit;

/** What a node says of its replica of a channel. */
public sealed interface AuditAnswer {
    /**
     * What it has.
     *
     * @param first the sequence number of the first record
     * @param next the one behind the last record
     * @param copy whether the node follows replicas of others: what it says is not that of a replica
     */
    record Extent(long first, long next, boolean copy) implements AuditAnswer {}

    /**
     * The state of the channel up to a record, by the state machine's account.
     *
     * @param digest of all that it was ever given
     */
    record Prefix(long digest) implements AuditAnswer {}

    /**
     * Records that are on disk as they were written, and none is missing.
     *
     * @param next the sequence number behind the last one that was looked at
     * @param digest of all that they have: replicas with the same records have the same
     */
    record Range(long next, long digest) implements AuditAnswer {}

    /**
     * A record is not on disk as it was written; those in front of it that were asked for are.
     *
     * @param seq its sequence number
     * @param reason what is wrong, for an operator
     */
    record Damaged(long seq, String reason) implements AuditAnswer {}

    /**
     * The first record that was asked for was removed.
     *
     * @param first the sequence number of the first one that is there
     */
    record Trimmed(long first) implements AuditAnswer {}

    /**
     * That cannot be said, or not now.
     *
     * @param reason why, for an operator
     */
    record Refused(String reason) implements AuditAnswer {}

    /**
     * What was found when records were looked through.
     *
     * @param done whether all of them were; else so far, and it goes on
     * @param channels channels that were looked through
     * @param bytes how many bytes of records
     * @param damaged records that were not on the disk as they were written
     * @param repaired those of them that are again
     */
    record Scrubbed(boolean done, long channels, long bytes, long damaged, long repaired) implements AuditAnswer {}

    /**
     * Whether a channel is fetched anew.
     *
     * @param begun false if it was what it should be
     */
    record Refilling(boolean begun) implements AuditAnswer {}
}
