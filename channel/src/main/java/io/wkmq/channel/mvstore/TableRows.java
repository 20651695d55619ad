package io.wkmq.channel.mvstore;

import java.util.Map;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.RootReference;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table, each with its checksum: those of groups by group number, those of channels by group and channel number. Rows are
 * verified when they are read; a damaged one causes a {@link io.wkmq.channel.storage.CorruptDataException}. Used under the table's lock.
 */
final class TableRows {
    private static final int COPIED_ROWS = 10_000;

    private final MVMap<Long, byte[]> groups;
    private final MVMap<Long, byte[]> channels;

    TableRows(MVMap<Long, byte[]> groups, MVMap<Long, byte[]> channels) {
        this.groups = groups;
        this.channels = channels;
    }

    /** Returns the state of a group; null if there is none. */
    byte @Nullable [] group(int group) {
        return open(groups, group);
    }

    /** Returns the row of a channel; null if there is none. */
    byte @Nullable [] channel(int group, int channel) {
        return open(channels, key(group, channel));
    }

    private static byte @Nullable [] open(MVMap<Long, byte[]> rows, long key) {
        byte[] sealed = rows.get(key);
        return sealed == null ? null : RowChecksum.open(key, sealed);
    }

    /**
     * Reads rows of a group's channels, ordered by channel number.
     *
     * @param from the first channel number wanted
     * @param most the maximum number of rows
     */
    void channels(int group, int from, int most, NodeTable.Rows rows) {
        give(channels.cursor(key(group, from), lastKey(group), false), most, rows);
    }

    /** Reads rows like {@link #channels(int, int, int, NodeTable.Rows)}, as of an earlier version. */
    void channels(RootReference<Long, byte[]> version, int group, int from, int most, NodeTable.Rows rows) {
        give(channels.cursor(version, key(group, from), lastKey(group), false), most, rows);
    }

    private static void give(Cursor<Long, byte[]> cursor, int most, NodeTable.Rows rows) {
        for (int i = 0; i < most && cursor.hasNext(); i++) {
            long key = cursor.next();
            rows.channel((int) key, RowChecksum.open(key, cursor.getValue()));
        }
    }

    /** Returns the current version of the channels' rows, valid as long as the store keeps that version. */
    RootReference<Long, byte[]> version() {
        return channels.flushAndGetRoot();
    }

    /** Writes the state of a group. */
    void put(int group, byte[] state) {
        groups.put((long) group, RowChecksum.seal(group, state));
    }

    /** Writes rows of a group's channels. */
    void put(int group, Map<Integer, byte[]> rows) {
        for (Map.Entry<Integer, byte[]> row : rows.entrySet()) {
            long key = key(group, row.getKey());
            channels.put(key, RowChecksum.seal(key, row.getValue()));
        }
    }

    /**
     * Copies all rows of another table.
     *
     * @param checked whether those have checksums
     * @param save makes what was written so far durable; called repeatedly, because otherwise all of it would be held in memory
     */
    void take(TableRows others, boolean checked, Runnable save) {
        copy(others.groups, groups, checked, save);
        copy(others.channels, channels, checked, save);
    }

    private static void copy(MVMap<Long, byte[]> from, MVMap<Long, byte[]> to, boolean checked, Runnable save) {
        int copied = 0;
        for (Map.Entry<Long, byte[]> row : from.entrySet()) {
            long key = row.getKey();
            to.put(key, checked ? row.getValue() : RowChecksum.seal(key, row.getValue()));
            if (++copied % COPIED_ROWS == 0) {
                save.run();
            }
        }
    }

    private static long key(int group, int channel) {
        return (long) group << 32 | channel;
    }

    private static long lastKey(int group) {
        return key(group, Integer.MAX_VALUE);
    }
}
