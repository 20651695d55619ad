package io.wkmq.channel.audit;

import io.wkmq.routing.NodeId;
import java.util.List;

/** A question to a node about its replica of a channel. */
public sealed interface AuditQuestion {
    /** Returns the number of the channel. */
    int channel();

    /**
     * Asks for the range of records. Answered with {@link AuditAnswer.Extent}.
     *
     * @param channel the number of the channel
     */
    record Extent(int channel) implements AuditQuestion {}

    /**
     * Asks for the digest of all records ever appended up to a given one. Answered with {@link AuditAnswer.Prefix}.
     *
     * @param channel the number of the channel
     * @param last the sequence number of that record, which must be close to the end; 0 for none
     */
    record Prefix(int channel, long last) implements AuditQuestion {}

    /**
     * Asks to read and check records on disk; only as many as are read in a short time. Answered with {@link AuditAnswer.Range},
     * {@link AuditAnswer.Damaged} or {@link AuditAnswer.Trimmed}.
     *
     * @param channel the number of the channel
     * @param from the sequence number of the first record
     * @param to the sequence number after the last record
     */
    record Range(int channel, long from, long to) implements AuditQuestion {}

    /**
     * Starts a scrub with repair immediately, or joins one in progress. Answered with {@link AuditAnswer.Scrubbed} within some seconds.
     *
     * @param channel the number of the channel; 0 for all
     */
    record Scrub(int channel) implements AuditQuestion {}

    /**
     * Has the node fetch a channel anew from others that agree on its content, unless it agrees with them. Answered with
     * {@link AuditAnswer.Refilling} once fetching has started.
     *
     * @param channel the number of the channel
     * @param last the sequence number of the last record that was compared
     * @param digest of all records ever appended up to that one
     * @param agreed the nodes with that digest, the only ones from which the channel may be fetched
     */
    record Refill(int channel, long last, long digest, List<NodeId> agreed) implements AuditQuestion {
        /** Copies the list. */
        public Refill {
            agreed = List.copyOf(agreed);
        }
    }
}
