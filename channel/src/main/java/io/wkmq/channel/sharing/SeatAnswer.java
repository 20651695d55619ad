package io.wkmq.channel.sharing;

import io.wkmq.channel.records.ChannelRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a home answers to the report of a seat. */
public sealed interface SeatAnswer {
    /**
     * It is heard.
     *
     * @param outcomes up to which number the outcomes have arrived
     * @param batch what is given for the read that the report wants; null if that is nothing yet
     */
    record Word(long outcomes, @Nullable Batch batch) implements SeatAnswer {}

    /** The group has its home somewhere else, or none. */
    record NotHome() implements SeatAnswer {}

    /**
     * The seat is none any more.
     *
     * @param reason why, for the reader
     */
    record Ended(String reason) implements SeatAnswer {}

    /**
     * The records that are given for a read.
     *
     * @param read which one
     * @param missing records in front of these that are not there any more; null if there are none
     * @param seqs their sequence numbers, in order; one at least
     * @param records they themselves; none if the answer came from another node
     */
    record Batch(long read, @Nullable Missing missing, List<Long> seqs, List<ChannelRecord> records) {
        /** Copies the lists. */
        public Batch {
            seqs = List.copyOf(seqs);
            records = List.copyOf(records);
        }
    }

    /** From one sequence number to another, with both. */
    record Missing(long first, long last) {}
}
