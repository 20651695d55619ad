package io.wkmq.cluster.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes what a {@link ByteWriter} has written. Safe with arbitrary input: never reads beyond the bytes, and allocates nothing for
 * content that is not there. Belongs to one thread.
 */
public final class ByteReader {
    private final byte[] bytes;
    private int at;

    /** Creates a reader of these bytes, which must not be modified meanwhile. */
    public ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns whether there are more bytes. */
    public boolean hasMore() {
        return at < bytes.length;
    }

    /** See {@link ByteWriter#u8}. */
    public int u8() throws MalformedMessageException {
        require(1);
        return bytes[at++] & 0xFF;
    }

    /** See {@link ByteWriter#flag}. */
    public boolean flag() throws MalformedMessageException {
        int flag = u8();
        if (flag > 1) {
            throw new MalformedMessageException("A flag is " + flag + "; expected 0 or 1");
        }
        return flag == 1;
    }

    /** See {@link ByteWriter#i64}. */
    public long i64() throws MalformedMessageException {
        require(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << Byte.SIZE | (bytes[at++] & 0xFF);
        }
        return value;
    }

    /** Reads that many numbers; see {@link ByteWriter#i64s}. */
    public long[] i64s(int count) throws MalformedMessageException {
        if (count > (bytes.length - at) / Long.BYTES) {
            throw new MalformedMessageException("A message of " + bytes.length + " bytes ends at byte " + at
                    + "; expected " + count + " numbers there");
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = i64();
        }
        return values;
    }

    /** See {@link ByteWriter#number}. */
    public int number() throws MalformedMessageException {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                if (value > Integer.MAX_VALUE) {
                    break;
                }
                return (int) value;
            }
        }
        throw new MalformedMessageException("A number before byte " + at + " is larger than " + Integer.MAX_VALUE);
    }

    /** Reads a number that must be below the limit. */
    public int number(int limit) throws MalformedMessageException {
        int value = number();
        if (value >= limit) {
            throw new MalformedMessageException("A number is " + value + "; expected less than " + limit);
        }
        return value;
    }

    /** See {@link ByteWriter#bytes}. */
    public byte[] bytes() throws MalformedMessageException {
        int length = number();
        require(length);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** See {@link ByteWriter#text}. */
    public String text() throws MalformedMessageException {
        int length = number();
        require(length);
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    /** Reads all remaining bytes. */
    public byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        at = bytes.length;
        return rest;
    }

    private void require(int more) throws MalformedMessageException {
        if (bytes.length - at < more) {
            throw new MalformedMessageException("A message of " + bytes.length + " bytes ends at byte " + at
                    + "; expected " + more + " more there");
        }
    }
}
