package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelState;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Cursor;
import io.wkmq.channel.group.Retention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A channel that is in use. Owned by its group's loop, except for the tail. */
final class LiveChannel {
    ChannelState state;
    final Tail tail;

    /** What is retained. Readable by any thread. */
    volatile Retention retention;

    /** The cursors held by readers of this node, by name. */
    private final Map<String, HeldCursor> held = new HashMap<>();

    /** The number of readers. */
    int pins;

    /** Whether it has changed since its tail was last advanced. */
    boolean touched;

    LiveChannel(ChannelState state) {
        this.state = state;
        Position position = state.position();
        this.tail = new Tail(state.channel(), position.first(), position.next());
        this.retention = state.rules().retention();
    }

    /** Registers a reader's cursor, or makes the reader lose it if another one has taken it meanwhile. */
    void hold(HeldCursor cursor, long applied) {
        HeldCursor before = held.get(cursor.name());
        if (!has(cursor, applied) || (before != null && before.hold() > cursor.hold())) {
            cursor.lose();
            return;
        }
        held.put(cursor.name(), cursor);
        if (before != null) {
            before.lose();
        }
    }

    /** Returns whether a reader still holds its cursor, as far as this replica knows: the entry that granted it may not be applied yet. */
    boolean has(HeldCursor cursor, long applied) {
        Cursor now = state.reader(cursor.name());
        return now == null ? applied < cursor.hold() : now.hold() <= cursor.hold();
    }

    /** Unregisters the cursor of a reader that has ended. */
    void release(HeldCursor cursor) {
        held.remove(cursor.name(), cursor);
    }

    /** Makes the reader whose hold of a cursor is older than this entry lose it. */
    void lost(String cursor, long index) {
        HeldCursor before = held.get(cursor);
        if (before != null && before.hold() < index) {
            held.remove(cursor);
            before.lose();
        }
    }

    /** Suspends delivery to the readers. */
    void pause() {
        held.values().forEach(HeldCursor::pause);
    }

    List<CursorStatus> cursors() {
        Position position = state.position();
        List<CursorStatus> all = new ArrayList<>();
        state.readers()
                .forEach((name, cursor) -> all.add(new CursorStatus(
                        name,
                        cursor.next(),
                        position.next() - Math.max(position.first(), cursor.next()),
                        cursor.reader(),
                        held.containsKey(name),
                        cursor.usedMs())));
        return all;
    }

    /**
     * Replaces the state with one that was not reached by applying entries here: there may be records that the tail has not seen, and
     * others may have taken cursors.
     *
     * @param applied the index of the last entry included in the new state
     */
    void replace(ChannelState other, long applied) {
        state = other;
        for (HeldCursor cursor : List.copyOf(held.values())) {
            if (!has(cursor, applied)) {
                held.remove(cursor.name());
                cursor.lose();
            }
        }
        tail.forget();
        advance();
    }

    void advance() {
        touched = false;
        retention = state.rules().retention();
        Position position = state.position();
        tail.advance(position.first(), position.next());
    }
}
