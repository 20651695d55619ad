package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelState;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Cursor;
import io.wkmq.channel.group.Retention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A channel that is in use. Belongs to its group's loop, but for the tail. */
final class LiveChannel {
    ChannelState state;
    final Tail tail;

    /** What is to be kept. Any thread. */
    volatile Retention retention;

    /** The cursors that readers of this node have, by their names. */
    private final Map<String, HeldCursor> held = new HashMap<>();

    /** How many readers use it. */
    int pins;

    /** Whether it has changed since its tail was moved on. */
    boolean touched;

    LiveChannel(ChannelState state) {
        this.state = state;
        Position position = state.position();
        this.tail = new Tail(state.channel(), position.first(), position.next());
        this.retention = state.rules().retention();
    }

    /** A reader has a cursor, unless somebody else has taken it meanwhile. */
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

    /** Whether a cursor is its reader's still, as far as is known here: the operation that gave it to him may not have been applied. */
    boolean has(HeldCursor cursor, long applied) {
        Cursor now = state.reader(cursor.name());
        return now == null ? applied < cursor.hold() : now.hold() <= cursor.hold();
    }

    /** Its reader has ended. */
    void release(HeldCursor cursor) {
        held.remove(cursor.name(), cursor);
    }

    /** Who has taken it in front of that entry has it no more. */
    void lost(String cursor, long index) {
        HeldCursor before = held.get(cursor);
        if (before != null && before.hold() < index) {
            held.remove(cursor);
            before.lose();
        }
    }

    /** Its readers get nothing for a while. */
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
     * It has become that, not by what was applied here: records may be there that the tail has not seen, and others may have taken cursors.
     *
     * @param applied the last entry that it has become that by
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
