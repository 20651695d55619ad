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

    /**
     * Gives a cursor to a reader; the one before him has it no more. Nothing if it was given to him by this before. A cursor that is not
     * there is made.
     *
     * @param reader who he is, for administrators
     * @param taking some number that no other taking has
     * @param start the sequence number that a new cursor begins with
     * @param timeMs what the reader's clock said, ms since the epoch
     */
    record TakeCursor(int channel, String cursor, String reader, long taking, long start, long timeMs)
            implements GroupOp {}

    /**
     * Moves cursors on for those who hold them.
     *
     * @param timeMs what the readers' clock said, ms since the epoch
     */
    record MoveCursors(long timeMs, List<CursorMove> moves) implements GroupOp {
        /** Copies the list. */
        public MoveCursors {
            moves = List.copyOf(moves);
        }
    }

    /**
     * The new position of a reader.
     *
     * @param cursor its name
     * @param hold by which the reader has it: with another one nothing is changed
     * @param next the sequence number that the reader has to get next; with a lower one than before it stays where it is
     */
    record CursorMove(int channel, String cursor, long hold, long next) {}

    /**
     * Sets a cursor to wherever an administrator wants it, and takes it away from its reader.
     *
     * @param next the sequence number that its next reader gets first; 0 removes the cursor
     * @param timeMs what the administrator's clock said, ms since the epoch
     */
    record SetCursor(int channel, String cursor, long next, long timeMs) implements GroupOp {}

    /** Removes the cursors of a channel that were used last in front of that time, ms since the epoch. */
    record ExpireCursors(int channel, long usedBeforeMs) implements GroupOp {}

    /** Removes a channel with all that it has. Its number is never used again. */
    record Drop(int channel) implements GroupOp {}

    /**
     * Makes a channel whose records come from elsewhere, with the numbers and times that they have: until {@link EndImport} it takes nothing
     * but {@link Import}. Changes nothing if the channel was dropped. If it is there nothing changes, but that one that is still imported goes on
     * with that record if it is behind the next one: those in front were trimmed since, where they come from.
     *
     * @param first the sequence number of the first record that comes
     */
    record BeginImport(int channel, ChannelRules rules, long first) implements GroupOp {
        /** Refuses numbers that cannot be. */
        public BeginImport {
            if (first < 1) {
                throw new IllegalArgumentException(
                        "Channel " + channel + " is to begin with record " + first + "; expected at least 1");
            }
        }
    }

    /**
     * Some of what a channel gets that was begun by {@link BeginImport}. Comes into effect only if it goes on just where the channel ends: so
     * records are there once, however often it gets into the log. Keys and cursors that come again change nothing.
     *
     * @param from the sequence number of the first of the records
     * @param keys of records in front of the first one that the channel has, the oldest first
     * @param records that follow each other
     */
    record Import(
            int channel, long from, List<ImportedKey> keys, List<ImportedRecord> records, List<ImportedCursor> cursors)
            implements GroupOp {
        /** Copies the lists. */
        public Import {
            keys = List.copyOf(keys);
            records = List.copyOf(records);
            cursors = List.copyOf(cursors);
        }
    }

    /** By which a record is known again that is not there any more: what it was, and where and when. */
    record ImportedKey(MessageKey key, long seq, long timeMs) {}

    /**
     * A record as it was elsewhere.
     *
     * @param timeMs when it was appended, ms since the epoch
     * @param term of the leader that appended it there
     */
    record ImportedRecord(long timeMs, long term, Entry entry) {}

    /**
     * How far a reader had come elsewhere. Nobody holds it.
     *
     * @param next the sequence number that it gets next
     * @param usedMs when it was used last, ms since the epoch
     * @param reader who has read last; empty if nobody ever did
     */
    record ImportedCursor(String name, long next, long usedMs, String reader) {}

    /**
     * Has a channel taken what is appended from now on. Comes into effect once all records are there.
     *
     * @param next the sequence number behind the last of them
     * @param lastTimeMs when the last one was appended that ever was, ms since the epoch
     * @param digest of all that ever were, those that are not kept too
     */
    record EndImport(int channel, long next, long lastTimeMs, long digest) implements GroupOp {}
}
