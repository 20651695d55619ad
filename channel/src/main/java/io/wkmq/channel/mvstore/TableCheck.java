package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.CorruptDataException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;

/** Tells by counters of a table whether that is what was written, for MVStore has checksums of parts of its file alone. Used under the table's lock. */
final class TableCheck {
    /** How many rows there are: of groups and of channels. */
    private static final String GROUP_ROWS = "rows:groups";

    private static final String CHANNEL_ROWS = "rows:channels";

    /** The checksum of all other counters. */
    private static final String CHECK = "check";

    private final MVMap<Long, byte[]> groups;
    private final MVMap<Long, byte[]> channels;
    private final MVMap<String, Long> counters;

    TableCheck(TableMaps maps) {
        this.groups = maps.groups();
        this.channels = maps.channels();
        this.counters = maps.counters();
    }

    /** Counts what there is; before it is saved. */
    void note() {
        counters.put(GROUP_ROWS, groups.sizeAsLong());
        counters.put(CHANNEL_ROWS, channels.sizeAsLong());
        counters.put(CHECK, checksum());
    }

    private long checksum() {
        CRC32C crc = new CRC32C();
        for (Map.Entry<String, Long> counter : counters.entrySet()) {
            if (!counter.getKey().equals(CHECK)) {
                crc.update(counter.getKey().getBytes(StandardCharsets.UTF_8));
                crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, counter.getValue()));
            }
        }
        return crc.getValue();
    }

    /**
     * Reads all that there is.
     *
     * @param checked whether there are checksums; else it is only looked whether it can be read
     * @throws RuntimeException of whatever kind, if it is not what was written
     */
    void verify(boolean checked) {
        verify(groups, checked);
        verify(channels, checked);
        if (checked) {
            verify(CHECK, checksum());
            verify(GROUP_ROWS, groups.sizeAsLong());
            verify(CHANNEL_ROWS, channels.sizeAsLong());
        }
    }

    private void verify(String counter, long found) {
        Long expected = counters.get(counter);
        if (expected == null || expected != found) {
            throw new CorruptDataException(
                    "The table has " + found + " as its counter " + counter + "; expected " + expected);
        }
    }

    /** Each row is looked up too, as those do who want it. */
    private static void verify(MVMap<Long, byte[]> rows, boolean checked) {
        long count = 0;
        Cursor<Long, byte[]> all = rows.cursor(null, null, false);
        while (all.hasNext()) {
            long key = all.next();
            if (checked) {
                RowChecksum.open(key, all.getValue());
            }
            if (!rows.containsKey(key)) {
                throw new CorruptDataException("The row with the key " + Long.toHexString(key) + " is not found");
            }
            count++;
        }
        if (count != rows.sizeAsLong()) {
            throw new CorruptDataException("There are " + count + " rows; expected " + rows.sizeAsLong());
        }
    }
}
