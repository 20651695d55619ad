package io.wkmq.channel.group;

import java.util.List;

/** An operation in a group's log. Contains everything that depends on time or choice, so that it has the same effect on every replica. */
public sealed interface GroupOp {
    /**
     * Appends messages to channels. Takes effect exactly once, and after the operations of its producer with lower numbers, however often
     * and in whatever order it gets into the log.
     *
     * @param timeMs the producer's clock, in ms since the epoch; the time of a channel never goes back
     */
    record Append(OpId id, long timeMs, List<Part> parts) implements GroupOp {
        /** Copies the list. */
        public Append {
            parts = List.copyOf(parts);
        }
    }

    /**
     * The part of an append for one channel.
     *
     * @param channel its number
     * @param entries in order
     */
    record Part(int channel, List<Entry> entries) {
        /** Copies the list. */
        public Part {
            entries = List.copyOf(entries);
        }
    }

    /** Creates a channel, or replaces its rules if these are newer. */
    record Configure(int channel, ChannelRules rules) implements GroupOp {}

    /** Removes all records of a channel before this sequence number; no effect if they are gone already. */
    record Trim(int channel, long first) implements GroupOp {}

    /**
     * Gives a cursor to a reader, and takes it from the previous one. No effect if this operation was applied before. Creates the cursor if
     * there is none.
     *
     * @param reader the reader's identity, for administrators
     * @param taking a random number that identifies this operation
     * @param start the sequence number at which a new cursor starts
     * @param timeMs the reader's clock, in ms since the epoch
     */
    record TakeCursor(int channel, String cursor, String reader, long taking, long start, long timeMs)
            implements GroupOp {}

    /**
     * Advances cursors on behalf of their holders.
     *
     * @param timeMs the readers' clock, in ms since the epoch
     */
    record MoveCursors(long timeMs, List<CursorMove> moves) implements GroupOp {
        /** Copies the list. */
        public MoveCursors {
            moves = List.copyOf(moves);
        }
    }

    /**
     * The new position of a cursor.
     *
     * @param cursor its name
     * @param hold the reader's hold; no effect if it is not the current one
     * @param next the sequence number that the reader gets next; no effect if it is lower than the current one
     */
    record CursorMove(int channel, String cursor, long hold, long next) {}

    /**
     * Sets a cursor to a position chosen by an administrator, and takes it from its reader.
     *
     * @param next the sequence number that its next reader gets first; 0 removes the cursor
     * @param timeMs the administrator's clock, in ms since the epoch
     */
    record SetCursor(int channel, String cursor, long next, long timeMs) implements GroupOp {}

    /** Removes the cursors of a channel last used before this time, in ms since the epoch. */
    record ExpireCursors(int channel, long usedBeforeMs) implements GroupOp {}

    /** Removes a channel and all its data. Its number is never used again. */
    record Drop(int channel) implements GroupOp {}

    /**
     * Creates a channel for import: its records keep their numbers and times, and until {@link EndImport} it accepts nothing but
     * {@link Import}. No effect if the channel was dropped or exists, except that an incomplete import starts again with {@code first} if
     * that is after the next expected record, because the records before it have been trimmed at the origin since.
     *
     * @param first the sequence number of the first record to be imported
     */
    record BeginImport(int channel, ChannelRules rules, long first) implements GroupOp {
        /** Rejects invalid numbers. */
        public BeginImport {
            if (first < 1) {
                throw new IllegalArgumentException(
                        "Channel " + channel + " is to begin with record " + first + "; expected at least 1");
            }
        }
    }

    /**
     * Imports a part of a channel created by {@link BeginImport}. Takes effect only if it continues exactly where the channel ends, so that
     * records are imported once however often it gets into the log. Repeated keys and cursors change nothing.
     *
     * @param from the sequence number of the first of the records
     * @param keys of records before the first one that the channel has, the oldest first
     * @param records consecutive records
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

    /** The name of a message whose record is gone, for deduplication: its key, sequence number and time. */
    record ImportedKey(MessageKey key, long seq, long timeMs) {}

    /**
     * A record as it was at the origin.
     *
     * @param timeMs when it was appended, in ms since the epoch
     * @param term the leadership term in which it was appended there
     */
    record ImportedRecord(long timeMs, long term, Entry entry) {}

    /**
     * A cursor as it was at the origin. Nobody holds it.
     *
     * @param next the sequence number that its reader gets next
     * @param usedMs when it was last used, in ms since the epoch
     * @param reader the last reader; empty if there never was one
     */
    record ImportedCursor(String name, long next, long usedMs, String reader) {}

    /**
     * Completes an import, so that records can be appended. Takes effect once all records are imported.
     *
     * @param next the sequence number after the last of them
     * @param lastTimeMs when the last record ever appended was appended, in ms since the epoch
     * @param digest of all records ever appended, including those not retained
     */
    record EndImport(int channel, long next, long lastTimeMs, long digest) implements GroupOp {}
}
