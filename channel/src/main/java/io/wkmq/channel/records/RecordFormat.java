package io.wkmq.channel.records;

import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.MessageKey;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The format of a record in a file: length of everything after the checksum (4 bytes), CRC32C of that and of the channel's number (4),
 * flags (1), sequence number (8), time (8), term (8), key if present (24), body. Immutable.
 */
final class RecordFormat {
    /** The size of a record's header, before its key and body. */
    static final int HEAD_BYTES = 33;

    /** The offset of the part covered by length and checksum. */
    static final int REST_AT = 8;

    /** The polynomial, bit-reversed. */
    private static final int CRC32C_POLYNOMIAL = 0x82f63b78;

    private static final int CRC_AT = 4;
    private static final int KEY_BYTES = 24;
    private static final int KEYED = 1;

    private final int channel;

    RecordFormat(int channel) {
        this.channel = channel;
    }

    static int bytes(Entry entry) {
        return HEAD_BYTES + (entry.key() == null ? 0 : KEY_BYTES) + entry.body().length;
    }

    void write(ByteBuffer out, ChannelRecord record) {
        int start = out.position();
        Entry entry = record.entry();
        MessageKey key = entry.key();
        out.putInt(bytes(entry) - REST_AT).putInt(0);
        out.put((byte) (key == null ? 0 : KEYED));
        out.putLong(record.seq()).putLong(record.timeMs()).putLong(record.term());
        if (key != null) {
            out.putLong(key.high()).putLong(key.low()).putLong(key.content());
        }
        out.put(entry.body());
        out.putInt(start + CRC_AT, crc(out, start + REST_AT, out.position()));
    }

    /** Returns whether an intact record starts at the buffer's position. */
    boolean whole(ByteBuffer in) {
        if (in.remaining() < HEAD_BYTES) {
            return false;
        }
        int start = in.position();
        int rest = in.getInt(start);
        if (rest < HEAD_BYTES - REST_AT || rest > in.remaining() - REST_AT) {
            return false;
        }
        boolean keyed = (in.get(start + REST_AT) & KEYED) != 0;
        return (!keyed || rest >= HEAD_BYTES + KEY_BYTES - REST_AT)
                && in.getInt(start + CRC_AT) == crc(in, start + REST_AT, start + REST_AT + rest);
    }

    /** Returns the size of the record at the buffer's position, according to its unverified length. */
    static int bytes(ByteBuffer in) {
        return REST_AT + in.getInt(in.position());
    }

    static long seq(ByteBuffer in) {
        return in.getLong(in.position() + REST_AT + 1);
    }

    static long timeMs(ByteBuffer in) {
        return in.getLong(in.position() + REST_AT + 9);
    }

    /** Reads the record at the buffer's position, which must be {@link #whole}. */
    static ChannelRecord read(ByteBuffer in) {
        int end = in.position() + bytes(in);
        in.position(in.position() + REST_AT);
        boolean keyed = (in.get() & KEYED) != 0;
        long seq = in.getLong();
        long timeMs = in.getLong();
        long term = in.getLong();
        @Nullable MessageKey key = keyed ? new MessageKey(in.getLong(), in.getLong(), in.getLong()) : null;
        byte[] body = new byte[end - in.position()];
        in.get(body);
        return new ChannelRecord(seq, timeMs, term, new Entry(body, key));
    }

    private int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        ByteBuffer part = bytes.duplicate();
        part.limit(to).position(from);
        crc.update(part);
        crc.update(channel);
        crc.update(channel >>> 8);
        crc.update(channel >>> 16);
        crc.update(channel >>> 24);
        return (int) crc.getValue();
    }

    /** Returns the stored checksum of a record. */
    static int checksum(ByteBuffer in) {
        return in.getInt(in.position() + CRC_AT);
    }

    /** Returns the checksum of a record that ends here. */
    int checksum(CRC32C rest) {
        int state = ~(int) rest.getValue(); // continued on a copy, since {@code rest} may go on
        for (int at = 0; at < Integer.BYTES; at++) {
            state ^= (channel >>> (at * Byte.SIZE)) & 0xff;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                state = (state >>> 1) ^ (CRC32C_POLYNOMIAL & -(state & 1));
            }
        }
        return ~state;
    }
}
