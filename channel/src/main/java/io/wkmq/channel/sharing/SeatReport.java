package io.wkmq.channel.sharing;

import java.util.List;

/**
 * A report of a seat to its group's home. Contains everything that the home may not know, so it may be lost, duplicated or reordered.
 * Repeated every second; a seat that the home has not heard from for some seconds has left.
 *
 * @param seat the reporting seat
 * @param number of the report; later ones have higher numbers
 * @param wish the current demand
 * @param outcomes what became of records
 * @param unbegun records that have arrived but not been sent to the reader: if they are given to others, their delivery to it does not
 *     count
 * @param leaves whether the reader has left: others get the records it holds
 */
public record SeatReport(Seat seat, long number, Wish wish, Outcomes outcomes, List<Long> unbegun, boolean leaves) {
    /** Copies the list. */
    public SeatReport {
        unbegun = List.copyOf(unbegun);
    }

    /**
     * The identity of a seat.
     *
     * @param channel the number of the channel
     * @param cursor the name of the group's cursor
     * @param id unique; a seat has a new one at another home
     */
    public record Seat(int channel, String cursor, long id) {}

    /**
     * The demand of a seat.
     *
     * @param read the number of the read, from 1 on; the records of all earlier reads have arrived
     * @param count the maximum number of records; 0 if those of this read have arrived too
     * @param bytes the maximum size; a single larger record is accepted nevertheless
     */
    public record Wish(long read, int count, long bytes) {}

    /**
     * Outcomes of records, in order, that the home has not confirmed.
     *
     * @param first the number of the first outcome; the others follow consecutively
     */
    public record Outcomes(long first, List<Outcome> all) {
        /** Copies the list. */
        public Outcomes {
            all = List.copyOf(all);
        }
    }

    /**
     * The outcome of one record.
     *
     * @param seq its sequence number
     */
    public record Outcome(long seq, Kind kind) {}

    /** The possible outcomes. The codes are part of the protocol and must not change. */
    public enum Kind {
        /** The reader has processed the record. */
        DONE(1),
        /** The reader has refused the record. */
        REFUSED(2),
        /** The record was not sent to the reader. */
        RETURNED(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }
}
