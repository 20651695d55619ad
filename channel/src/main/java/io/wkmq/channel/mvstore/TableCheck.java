package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.CorruptDataException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;

/** Verifies a table by means of additional counters, because MVStore checksums only parts of its file. Used under the table's lock. */
final class TableCheck {
    /** The numbers of rows of groups and of channels. */
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

    /** Updates the counters; call before saving. */
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
     * Reads and verifies everything.
     *
     * @param checked whether there are checksums; otherwise only readability is verified
     * @throws RuntimeException of any kind, if the table is damaged
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

    /** Each row is also looked up by key, as readers do. */
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
