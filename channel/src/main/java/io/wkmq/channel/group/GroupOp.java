package io.wkmq.channel.group;

import java.util.List;

/** An entry of a group's log. Whatever depends on time or on a choice is in it, so that it means the same to every replica. */
public sealed interface GroupOp {
    /**
     * Appends messages to some channels. Comes into effect once, and behind the operations of its producer with lower numbers, however
     * often and in whatever order it gets into the log.
     *
     * @param timeMs what the producer's clock said, ms since the epoch; a channel's own time never goes back
     */
    record Append(OpId id, long timeMs, List<Part> parts) implements GroupOp {
        /** Copies the list. */
        public Append {
            parts = List.copyOf(parts);
        }
    }

    /**
     * What of an append is for one channel.
     *
     * @param channel its number
     * @param entries in their order
     */
    record Part(int channel, List<Entry> entries) {
        /** Copies the list. */
        public Part {
            entries = List.copyOf(entries);
        }
    }

    /** Makes a channel, or gives it other rules if they are newer. */
    record Configure(int channel, ChannelRules rules) implements GroupOp {}

    /** Removes all records of a channel in front of that sequence number; those that are there stay if it is lower. */
    record Trim(int channel, long first) implements GroupOp {}

    /** Sets the positions of readers. */
    record MoveCursors(List<CursorMove> moves) implements GroupOp {
        /** Copies the list. */
        public MoveCursors {
            moves = List.copyOf(moves);
        }
    }

    /**
     * The new position of a reader.
     *
     * @param cursor its name
     * @param revision rises with every move that the reader's node makes; a lower one than before changes nothing
     * @param next the sequence number that it has to get next; 0 removes the cursor
     */
    record CursorMove(int channel, String cursor, long revision, long next) {}

    /** Removes a channel with all that it has. Its number is never used again. */
    record Drop(int channel) implements GroupOp {}
}
