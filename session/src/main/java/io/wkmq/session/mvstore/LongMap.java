package io.wkmq.session.mvstore;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A hash map with {@code long} keys and without an object per entry: open addressing, linear probing, at most two thirds full.
 * Not thread-safe.
 */
final class LongMap<V> {
    private static final int INITIAL_CAPACITY = 8;

    private long[] keys = new long[INITIAL_CAPACITY];
    private @Nullable Object[] values = new Object[INITIAL_CAPACITY];
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable
    V get(long key) {
        return cast(values[slot(key)]);
    }

    /** Sets a key's value; returns the previous one, or null. */
    @Nullable
    V put(long key, V value) {
        int slot = slot(key);
        Object before = values[slot];
        keys[slot] = key;
        values[slot] = value;
        if (before == null && ++size * 3 > keys.length * 2) {
            grow();
        }
        return cast(before);
    }

    /** Removes a key; returns its value, or null. */
    @Nullable
    V remove(long key) {
        int hole = slot(key);
        Object removed = values[hole];
        if (removed == null) {
            return null;
        }
        size--;
        int mask = keys.length - 1;
        // entries that follow move up unless that would put them before their home slot
        for (int i = (hole + 1) & mask; values[i] != null; i = (i + 1) & mask) {
            int home = home(keys[i]);
            if (((i - home) & mask) >= ((i - hole) & mask)) {
                keys[hole] = keys[i];
                values[hole] = values[i];
                hole = i;
            }
        }
        values[hole] = null;
        return cast(removed);
    }

    /** Returns all keys in ascending order. */
    long[] sortedKeys() {
        long[] sorted = new long[size];
        int count = 0;
        for (int i = 0; i < keys.length; i++) {
            if (values[i] != null) {
                sorted[count++] = keys[i];
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    /** Returns the slot of the key, or the one where it would go. */
    private int slot(long key) {
        int mask = keys.length - 1;
        int i = home(key);
        while (values[i] != null && keys[i] != key) {
            i = (i + 1) & mask;
        }
        return i;
    }

    private int home(long key) {
        long mixed = key * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32) & (keys.length - 1);
    }

    private void grow() {
        long[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            Object value = oldValues[i];
            if (value != null) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = value;
            }
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable V cast(@Nullable Object value) {
        return (V) value;
    }
}
