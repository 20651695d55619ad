package io.wkmq.channel.fill;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import java.util.ArrayList;
import java.util.List;

/** What is fetched in parts, and its form. Stateless. */
public final class FillPages {
    private static final int ROW_BYTES_MIN = 2;

    private FillPages() {}

    /**
     * The row of a channel.
     *
     * @param channel its number
     * @param row empty if the channel is gone; not to be changed
     */
    public record Row(int channel, byte[] row) {}

    /**
     * Rows of channels, in the order of their numbers.
     *
     * @param rows them
     * @param next the channel to go on with; 0 if there are no more
     */
    public record Rows(List<Row> rows, int next) {
        /** Copies the list. */
        public Rows {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Records of a channel without a gap, from the one that was asked for on; from the first one on if that is behind it.
     *
     * @param first the sequence number of the first record that there is
     * @param page the records, encoded by {@link io.wkmq.channel.records.RecordPage}; not to be changed
     */
    public record Records(long first, byte[] page) {}

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
