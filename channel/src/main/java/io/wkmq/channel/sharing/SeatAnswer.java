package io.wkmq.channel.sharing;

import io.wkmq.channel.records.ChannelRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of a home to a seat's report. */
public sealed interface SeatAnswer {
    /**
     * The report was accepted.
     *
     * @param outcomes the number up to which outcomes have arrived
     * @param batch the records given for the read in the report; null if there are none yet
     */
    record Word(long outcomes, @Nullable Batch batch) implements SeatAnswer {}

    /** The group has its home elsewhere, or none. */
    record NotHome() implements SeatAnswer {}

    /**
     * The seat no longer exists.
     *
     * @param reason why, for the reader
     */
    record Ended(String reason) implements SeatAnswer {}

    /**
     * The records given for a read.
     *
     * @param read the number of the read
     * @param missing the records before these that are gone; null if there are none
     * @param seqs the sequence numbers of the records, in order; at least one
     * @param records the records; empty if the answer came from another node
     */
    record Batch(long read, @Nullable Missing missing, List<Long> seqs, List<ChannelRecord> records) {
        /** Copies the lists. */
        public Batch {
            seqs = List.copyOf(seqs);
            records = List.copyOf(records);
        }
    }

    /** A range of sequence numbers, both inclusive. */
    record Missing(long first, long last) {}
}
