package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.engine.CursorStatus;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The content of a channel.
 *
 * @param first the sequence number of its first message; of the next one if it is empty
 * @param last the sequence number of its last message
 * @param bytes its size on this node's disk
 * @param cursorCount the number of its cursors
 * @param slowest the cursors that lag most, at most {@value #CURSORS_MAX}; ties are ordered by name
 */
record ChannelInfo(long first, long last, long bytes, int cursorCount, List<Slow> slowest) {
    /** Further cursors are only counted; the complete list must be requested separately. */
    static final int CURSORS_MAX = 100;

    private static final Comparator<Slow> SLOWEST_FIRST =
            Comparator.comparingLong(Slow::lag).reversed().thenComparing(Slow::name);

    /**
     * The progress of a reader, or of a group of readers.
     *
     * @param name the cursor's name
     * @param position the sequence number that it reads next
     * @param lag the number of messages from there on
     */
    record Slow(String name, long position, long lag) {}

    /** Makes an immutable copy. */
    ChannelInfo {
        slowest = List.copyOf(slowest);
    }

    /** Returns the description of a channel with these cursors. */
    static ChannelInfo of(long first, long last, long bytes, List<CursorStatus> cursors) {
        PriorityQueue<Slow> slowest = new PriorityQueue<>(SLOWEST_FIRST.reversed()); // bounded: there may be thousands
        for (CursorStatus cursor : cursors) {
            slowest.add(new Slow(cursor.name(), cursor.next(), lag(cursor.next(), first, last)));
            if (slowest.size() > CURSORS_MAX) {
                slowest.remove();
            }
        }
        List<Slow> sorted = slowest.stream().sorted(SLOWEST_FIRST).toList();
        return new ChannelInfo(first, last, bytes, cursors.size(), sorted);
    }

    /** Computes the lag against the channel's ends as described, not as of when the cursors were read. */
    private static long lag(long next, long first, long last) {
        return Math.max(0, last + 1 - Math.max(first, next));
    }

    /** Writes the fields into an object that has been begun. */
    JsonWriter write(JsonWriter object) {
        object.field("first", first)
                .field("last", last)
                .field("count", last - first + 1)
                .field("bytes", bytes)
                .field("cursor_count", cursorCount)
                .name("cursors")
                .beginArray();
        for (Slow cursor : slowest) {
            object.beginObject()
                    .field("name", cursor.name())
                    .field("position", cursor.position())
                    .field("lag", cursor.lag())
                    .endObject();
        }
        return object.endArray();
    }
}
