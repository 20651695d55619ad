package io.wkmq.channel.group;

/**
 * How far a reader of a channel has come.
 *
 * @param next the sequence number that it gets next: it has done with all in front of it
 * @param usedMs when it was used last, ms since the epoch
 * @param reader who reads, or has read last; empty if nobody ever did
 * @param taking by which the operation is known again that gave it to that reader
 * @param hold the index of that operation, or of the one that took it away from him: it moves for the reader alone who has just that hold
 */
public record Cursor(long next, long usedMs, String reader, long taking, long hold) {
    Cursor moved(long to, long timeMs) {
        return new Cursor(Math.max(next, to), Math.max(usedMs, timeMs), reader, taking, hold);
    }
}
