package io.wkmq.channel.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The frame of a record in the log: magic (2 bytes), format (1), flags (1), length of the body (4), sequence number (8), CRC32C of all
 * that, the body and the salt of the store (4), body. Sequence numbers are dense over all segments, so the remains of an earlier use of a
 * segment are never taken for a record; because of the salt, neither is anything that a client publishes. Immutable.
 */
public final class LogRecord {
    public static final int HEADER_BYTES = 20;

    /** The first bytes of a record, used for searching. */
    static final short MAGIC = 0x774B;

    private static final byte FORMAT = 1;
    private static final byte SYNCED = 1;

    private static final int LENGTH_AT = 4;
    private static final int SEQUENCE_AT = 8;
    private static final int CRC_AT = 16;

    private final byte[] salt;

    public LogRecord(long salt) {
        this.salt = ByteBuffer.allocate(Long.BYTES).putLong(salt).array();
    }

    /**
     * Fills in the header before a body.
     *
     * @param record header and body
     * @param synced whether the next record is written only after this one was synced
     */
    public void seal(ByteBuffer record, long sequence, boolean synced) {
        int start = record.position();
        record.putShort(start, MAGIC);
        record.put(start + 2, FORMAT);
        record.put(start + 3, synced ? SYNCED : 0);
        record.putInt(start + LENGTH_AT, record.remaining() - HEADER_BYTES);
        record.putLong(start + SEQUENCE_AT, sequence);
        sealAgain(record);
    }

    /** Computes the checksum of a record whose header is filled in. */
    public void sealAgain(ByteBuffer record) {
        record.putInt(record.position() + CRC_AT, crc(record));
    }

    public static boolean hasMagic(ByteBuffer header) {
        return header.getShort(header.position()) == MAGIC;
    }

    public static int format(ByteBuffer header) {
        return header.get(header.position() + 2);
    }

    public static boolean knownFormat(ByteBuffer header) {
        return format(header) == FORMAT;
    }

    public static boolean synced(ByteBuffer header) {
        return header.get(header.position() + 3) == SYNCED;
    }

    public static int length(ByteBuffer header) {
        return header.getInt(header.position() + LENGTH_AT);
    }

    public static long sequence(ByteBuffer header) {
        return header.getLong(header.position() + SEQUENCE_AT);
    }

    /** Returns whether the record's checksum is right. */
    public boolean intact(ByteBuffer record) {
        return record.getInt(record.position() + CRC_AT) == crc(record);
    }

    private int crc(ByteBuffer record) {
        CRC32C crc = new CRC32C();
        ByteBuffer part = record.duplicate();
        part.limit(record.position() + CRC_AT);
        crc.update(part);
        part.limit(record.limit()).position(record.position() + HEADER_BYTES);
        crc.update(part);
        crc.update(salt);
        return (int) crc.getValue();
    }
}
