package io.wkmq.channel.fill;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pages that are fetched in parts, and their encoding. Stateless. */
public final class FillPages {
    private static final int ROW_BYTES_MIN = 2;
    private static final int ENTRY_BYTES_MIN = 2;
    private static final int TERM = 0;
    private static final int OPERATION = 1;

    private FillPages() {}

    /**
     * The row of a channel.
     *
     * @param channel its number
     * @param row empty if the channel was dropped; not to be modified
     */
    public record Row(int channel, byte[] row) {}

    /**
     * Rows of channels, ordered by channel number.
     *
     * @param rows the rows
     * @param next the channel to continue with; 0 if there are no more
     */
    public record Rows(List<Row> rows, int next) {
        /** Copies the list. */
        public Rows {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Contiguous records of a channel, from the requested one on, or from the first existing one if that is later.
     *
     * @param first the sequence number of the first existing record
     * @param page the records, encoded by {@link io.wkmq.channel.records.RecordPage}; not to be modified
     */
    public record Records(long first, byte[] page) {}

    /**
     * An entry of a group's log.
     *
     * @param index its index
     * @param op the operation, not to be modified; null if the entry starts a new leadership term
     */
    public record Entry(long index, byte @Nullable [] op) {}

    /**
     * Consecutive entries of a group's log, except those that do not concern channels.
     *
     * @param replica the id of the answering node among the replicas
     * @param led whether that node knows a leader of the group
     * @param floor the index up to which that node no longer has entries; whoever has not applied all of these must fetch the state
     * @param last the index of the last entry it has; whoever has that is as far as this node
     * @param entries empty if the floor is after what was requested, or nothing new has come
     */
    public record Entries(UUID replica, boolean led, long floor, long last, List<Entry> entries) {
        /** Copies the list. */
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /** Encodes entries. */
    public static byte[] encode(Entries page) {
        ByteWriter out = new ByteWriter(1024)
                .int64(page.replica().getMostSignificantBits())
                .int64(page.replica().getLeastSignificantBits())
                .int8(page.led() ? 1 : 0)
                .int64(page.floor())
                .int64(page.last())
                .number(page.entries().size());
        for (Entry entry : page.entries()) {
            byte[] op = entry.op();
            out.number(entry.index()).int8(op == null ? TERM : OPERATION);
            if (op != null) {
                out.block(op);
            }
        }
        return out.toBytes();
    }

    /**
     * Decodes entries.
     *
     * @throws CorruptDataException if they are invalid or not in order
     */
    public static Entries decodeEntries(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        UUID replica = new UUID(in.int64(), in.int64());
        boolean led = isLed(in.int8());
        long floor = in.int64();
        long end = in.int64();
        int count = in.number(bytes.length / ENTRY_BYTES_MIN);
        List<Entry> entries = new ArrayList<>(count);
        long last = Math.max(0, floor);
        for (int i = 0; i < count; i++) {
            long index = in.number();
            if (index <= last) {
                throw new CorruptDataException("Entry " + index + " comes behind " + last + "; expected a later one");
            }
            entries.add(new Entry(index, isOperation(in.int8()) ? in.block() : null));
            last = index;
        }
        if (floor < 0) {
            throw new CorruptDataException("Entries begin behind entry " + floor + "; expected 0 or more");
        }
        if (end < last) {
            throw new CorruptDataException("The last entry is " + end + "; expected " + last + " or more");
        }
        if (!in.atEnd()) {
            throw new CorruptDataException("More comes behind " + count + " entries; expected nothing");
        }
        return new Entries(replica, led, floor, end, entries);
    }

    private static boolean isLed(int flag) {
        if (flag > 1) {
            throw new CorruptDataException("Whether a group is led is " + flag + "; expected 0 or 1");
        }
        return flag == 1;
    }

    private static boolean isOperation(int kind) {
        if (kind != TERM && kind != OPERATION) {
            throw new CorruptDataException("An entry has kind " + kind + "; expected " + TERM + " or " + OPERATION);
        }
        return kind == OPERATION;
    }

    /** Encodes rows. */
    public static byte[] encode(Rows rows) {
        ByteWriter out = new ByteWriter(1024);
        out.number(rows.next()).number(rows.rows().size());
        for (Row row : rows.rows()) {
            out.number(row.channel()).block(row.row());
        }
        return out.toBytes();
    }

    /** Decodes rows. */
    public static Rows decodeRows(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int next = in.number(Integer.MAX_VALUE);
        int count = in.number(bytes.length / ROW_BYTES_MIN);
        List<Row> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rows.add(new Row(in.number(Integer.MAX_VALUE), in.block()));
        }
        return new Rows(rows, next);
    }

    /** Encodes records. */
    public static byte[] encode(Records records) {
        return new ByteWriter(16 + records.page().length)
                .number(records.first())
                .block(records.page())
                .toBytes();
    }

    /** Decodes records. */
    public static Records decodeRecords(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        return new Records(in.number(), in.block());
    }
}
