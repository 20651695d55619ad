package io.wkmq.channel.audit;

/** A node's answer to a question about its replica of a channel. */
public sealed interface AuditAnswer {
    /**
     * The range of records.
     *
     * @param first the sequence number of the first record
     * @param next the sequence number after the last record
     * @param copy whether the node is a learner, so that the answer is about a copy
     */
    record Extent(long first, long next, boolean copy) implements AuditAnswer {}

    /**
     * The digest of the channel up to a record, according to the state machine.
     *
     * @param digest of all records ever appended
     */
    record Prefix(long digest) implements AuditAnswer {}

    /**
     * Records that are complete and undamaged on disk.
     *
     * @param next the sequence number after the last record read
     * @param digest of their whole content: equal for replicas with the same records
     */
    record Range(long next, long digest) implements AuditAnswer {}

    /**
     * A damaged or missing record; the requested ones before it are intact.
     *
     * @param seq its sequence number
     * @param reason what is wrong, for an operator
     */
    record Damaged(long seq, String reason) implements AuditAnswer {}

    /**
     * The first requested record was removed.
     *
     * @param first the sequence number of the first existing one
     */
    record Trimmed(long first) implements AuditAnswer {}

    /**
     * No answer is possible, at least not now.
     *
     * @param reason why, for an operator
     */
    record Refused(String reason) implements AuditAnswer {}

    /**
     * The results of a scrub.
     *
     * @param done whether it is complete; else the results so far, while it continues
     * @param channels how many channels were scrubbed
     * @param bytes how many bytes of records were read
     * @param damaged how many records on disk differed from what was written
     * @param repaired how many of those were repaired
     */
    record Scrubbed(boolean done, long channels, long bytes, long damaged, long repaired) implements AuditAnswer {}

    /**
     * Whether the channel is being fetched anew.
     *
     * @param begun false if it was not necessary
     */
    record Refilling(boolean begun) implements AuditAnswer {}
}
