package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.engine.CursorStatus;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What a channel has.
 *
 * @param first the sequence number of its first message; of the next one if it has none
 * @param last that of its last one
 * @param bytes what it takes on the disk of this node
 * @param cursorCount how many cursors it has
 * @param slowest those of them that are behind most, {@value #CURSORS_MAX} at most; by their names where they are behind by as much
 */
record ChannelInfo(long first, long last, long bytes, int cursorCount, List<Slow> slowest) {
    /** More are counted only: who wants all of them asks for them. */
    static final int CURSORS_MAX = 100;

    private static final Comparator<Slow> SLOWEST_FIRST =
            Comparator.comparingLong(Slow::lag).reversed().thenComparing(Slow::name);

    /**
     * How far a reader, or a group of them, has come.
     *
     * @param name of the cursor
     * @param position the sequence number that it gets next
     * @param lag how many messages there are from there on
     */
    record Slow(String name, long position, long lag) {}

    /** Takes an immutable copy. */
    ChannelInfo {
        slowest = List.copyOf(slowest);
    }

    /** A channel with those cursors. */
    static ChannelInfo of(long first, long last, long bytes, List<CursorStatus> cursors) {
        PriorityQueue<Slow> slowest = new PriorityQueue<>(SLOWEST_FIRST.reversed()); // there may be thousands of others
        for (CursorStatus cursor : cursors) {
            slowest.add(new Slow(cursor.name(), cursor.next(), lag(cursor.next(), first, last)));
            if (slowest.size() > CURSORS_MAX) {
                slowest.remove();
            }
        }
        List<Slow> sorted = slowest.stream().sorted(SLOWEST_FIRST).toList();
        return new ChannelInfo(first, last, bytes, cursors.size(), sorted);
    }

    /** Of the same moment as the rest, not of the one in which the cursors were looked at. */
    private static long lag(long next, long first, long last) {
        return Math.max(0, last + 1 - Math.max(first, next));
    }

    /** Writes the fields into an object that is begun. */
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
