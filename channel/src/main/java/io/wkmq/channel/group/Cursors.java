package io.wkmq.channel.group;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The cursors of a channel, by name. Owned by its channel's state. */
final class Cursors {
    private final TreeMap<String, Cursor> cursors = new TreeMap<>();

    @Nullable
    Cursor find(String name) {
        return cursors.get(name);
    }

    void put(String name, Cursor cursor) {
        cursors.put(name, cursor);
    }

    /** Removes all cursors. */
    void clear() {
        cursors.clear();
    }

    /** Removes a cursor; returns false if there is none. */
    boolean remove(String name) {
        return cursors.remove(name) != null;
    }

    /** Advances a cursor for its holder; returns false if nothing changes. */
    boolean move(String name, long hold, long to, long timeMs) {
        Cursor now = cursors.get(name);
        if (now == null || now.hold() != hold) {
            return false;
        }
        Cursor moved = now.moved(to, timeMs);
        cursors.put(name, moved);
        return !moved.equals(now);
    }

    /** Removes the cursors last used before this time, and returns their names. */
    List<String> expire(long usedBeforeMs) {
        List<String> expired = new ArrayList<>();
        cursors.forEach((name, cursor) -> {
            if (cursor.usedMs() < usedBeforeMs) {
                expired.add(name);
            }
        });
        expired.forEach(cursors::remove);
        return expired;
    }

    int size() {
        return cursors.size();
    }

    /** Returns a copy of all cursors. */
    SortedMap<String, Cursor> all() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(cursors));
    }

    Map<String, Cursor> byName() {
        return cursors;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cursors others && cursors.equals(others.cursors);
    }

    @Override
    public int hashCode() {
        return cursors.hashCode();
    }
}
