package io.wkmq.channel.audit;

import io.wkmq.routing.NodeId;
import java.util.List;

/** What a node is asked about its replica of a channel. */
public sealed interface AuditQuestion {
    /** The number of the channel. */
    int channel();

    /**
     * What it has. Answered with {@link AuditAnswer.Extent}.
     *
     * @param channel the number of the channel
     */
    record Extent(int channel) implements AuditQuestion {}

    /**
     * The digest of all that the channel was ever given up to a record. Answered with {@link AuditAnswer.Prefix}.
     *
     * @param channel the number of the channel
     * @param last the sequence number of that record, which is not far from the end; 0 for none
     */
    record Prefix(int channel, long last) implements AuditQuestion {}

    /**
     * Records as they are on disk, from one on; only so many that the answer does not take long. Answered with {@link AuditAnswer.Range},
     * {@link AuditAnswer.Damaged} or {@link AuditAnswer.Trimmed}.
     *
     * @param channel the number of the channel
     * @param from the sequence number of the first one
     * @param to the one behind the last one
     */
    record Range(int channel, long from, long to) implements AuditQuestion {}

    /**
     * Has it look for damage on its disk, at once, and have that repaired; nothing new if it does that already. Answered with
     * {@link AuditAnswer.Scrubbed}, after some seconds at most.
     *
     * @param channel the number of the channel; 0 for all
     */
    record Scrub(int channel) implements AuditQuestion {}

    /**
     * Has it fetch a channel anew from the others, who agree on what that should be, unless it does too. Answered with
     * {@link AuditAnswer.Refilling} when that has begun.
     *
     * @param channel the number of the channel
     * @param last the sequence number of the last record that was compared
     * @param digest of all that the channel was ever given up to that one
     * @param agreed the nodes that have it so: from one of them it is fetched, and from no other
     */
    record Refill(int channel, long last, long digest, List<NodeId> agreed) implements AuditQuestion {
        /** Copies the list. */
        public Refill {
            agreed = List.copyOf(agreed);
        }
    }
}
