package io.wkmq.channel.group;

/**
 * The position of a reader in a channel.
 *
 * @param next the sequence number of the next record: all before it are done
 * @param usedMs when it was last used, in ms since the epoch
 * @param reader the current or last reader; empty if there never was one
 * @param taking the random id of the operation that gave it to that reader, which identifies a repetition
 * @param hold the log index of the operation that last gave it to a reader or took it away: only the reader with this hold can move it
 */
public record Cursor(long next, long usedMs, String reader, long taking, long hold) {
    Cursor moved(long to, long timeMs) {
        return new Cursor(Math.max(next, to), Math.max(usedMs, timeMs), reader, taking, hold);
    }
}
