package io.wkmq.channel.sharing;

import java.util.List;

/**
 * What a seat says to the home of its group: all that the home may not know. So a report may be lost, come twice, or behind a later one.
 * It is said again each second; a seat of which the home hears nothing for some seconds has left.
 *
 * @param seat whose it is
 * @param number of the report; later ones have higher numbers
 * @param wish what is wanted
 * @param outcomes what became of records
 * @param unbegun records that have arrived and were not sent to the reader yet: given to others they do not count as given to him
 * @param leaves whether the reader has left: others get what he has
 */
public record SeatReport(Seat seat, long number, Wish wish, Outcomes outcomes, List<Long> unbegun, boolean leaves) {
    /** Copies the list. */
    public SeatReport {
        unbegun = List.copyOf(unbegun);
    }

    /**
     * A seat.
     *
     * @param channel the number of the channel
     * @param cursor the name of the group's cursor
     * @param id that no other seat has, nor this one at another home
     */
    public record Seat(int channel, String cursor, long id) {}

    /**
     * What is wanted.
     *
     * @param read the number of the read, from 1 on; the records of all reads in front of it have arrived
     * @param count how many records at most; 0 if those of this read have arrived too
     * @param bytes how many bytes of them; the first one comes however large it is
     */
    public record Wish(long read, int count, long bytes) {}

    /**
     * What became of records, in that order, and is not confirmed.
     *
     * @param first the number of the first outcome; the others follow
     */
    public record Outcomes(long first, List<Outcome> all) {
        /** Copies the list. */
        public Outcomes {
            all = List.copyOf(all);
        }
    }

    /**
     * What became of a record.
     *
     * @param seq its sequence number
     */
    public record Outcome(long seq, Kind kind) {}

    /** What can become of a record. The codes go over the network and stay what they are. */
    public enum Kind {
        /** The reader has done with it. */
        DONE(1),
        /** The reader cannot do with it. */
        REFUSED(2),
        /** It was not sent to the reader. */
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
