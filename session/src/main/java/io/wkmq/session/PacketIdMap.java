package io.wkmq.session;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A map from packet ids (1 to 65535) to values: open addressing, no boxing, a few dozen bytes when small. Not thread-safe.
 *
 * @param <V> the type of values
 */
final class PacketIdMap<V> {
    private static final int CAPACITY_MIN = 8;

    private char[] ids = new char[CAPACITY_MIN]; // 0 marks a free slot
    private @Nullable Object[] values = new @Nullable Object[CAPACITY_MIN];
    private int size;

    int size() {
        return size;
    }

    @Nullable
    V get(int id) {
        int at = find(id);
        return ids[at] == 0 ? null : valueAt(at);
    }

    void put(int id, V value) {
        int at = find(id);
        if (ids[at] == 0) {
            if (size >= ids.length / 4 * 3) {
                resize(ids.length * 2);
                at = find(id);
            }
            ids[at] = (char) id;
            size++;
        }
        values[at] = value;
    }

    @Nullable
    V remove(int id) {
        int at = find(id);
        if (ids[at] == 0) {
            return null;
        }
        V removed = valueAt(at);
        close(at);
        size--;
        if (size < ids.length / 8 && ids.length > CAPACITY_MIN) {
            resize(ids.length / 2);
        }
        return removed;
    }

    void replaceAll(UnaryOperator<V> change) {
        for (int at = 0; at < ids.length; at++) {
            if (ids[at] != 0) {
                values[at] = change.apply(valueAt(at));
            }
        }
    }

    /** Visits all entries in no particular order. The map must not change meanwhile. */
    void forEach(Visitor<V> visitor) {
        for (int at = 0; at < ids.length; at++) {
            if (ids[at] != 0) {
                visitor.visit(ids[at], valueAt(at));
            }
        }
    }

    /** Receives packet ids and their values. */
    @FunctionalInterface
    interface Visitor<V> {
        /** Receives an entry. */
        void visit(int id, V value);
    }

    /** Closes the gap at a slot, so that every id remains reachable from its home slot. */
    private void close(int gap) {
        int mask = ids.length - 1;
        int open = gap;
        for (int at = (gap + 1) & mask; ids[at] != 0; at = (at + 1) & mask) {
            int fromHome = (at - home(ids[at], mask)) & mask;
            int fromOpen = (at - open) & mask;
            if (fromHome >= fromOpen) {
                ids[open] = ids[at];
                values[open] = values[at];
                open = at;
            }
        }
        ids[open] = 0;
        values[open] = null;
    }

    private int find(int id) {
        int mask = ids.length - 1;
        int at = home(id, mask);
        while (ids[at] != 0 && ids[at] != id) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private static int home(int id, int mask) {
        return id & mask; // clients assign ids in sequence: adjacent slots without collisions
    }

    private void resize(int capacity) {
        char[] oldIds = ids;
        @Nullable Object[] oldValues = values;
        ids = new char[capacity];
        values = new @Nullable Object[capacity];
        for (int i = 0; i < oldIds.length; i++) {
            if (oldIds[i] != 0) {
                int at = find(oldIds[i]);
                ids[at] = oldIds[i];
                values[at] = oldValues[i];
            }
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the slot is occupied: put() stored a V in it
    private V valueAt(int at) {
        return (V) values[at];
    }
}
