package io.wkmq.channel.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what a {@link ByteWriter} wrote. Confined to one thread. Throws {@link CorruptDataException} if the bytes are invalid. */
public final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    public ByteReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    /**
     * Creates a reader positioned after the version byte, which it verifies.
     *
     * @param what what is read, for the exception's message
     */
    public static ByteReader versioned(byte[] bytes, int version, String what) {
        ByteReader in = new ByteReader(bytes);
        int found = in.int8();
        if (found != version) {
            throw new CorruptDataException(what + " has version " + found + "; expected " + version);
        }
        return in;
    }

    public boolean atEnd() {
        return position == end;
    }

    public int int8() {
        need(1);
        return bytes[position++] & 0xFF;
    }

    public int int16() {
        need(2);
        return ((bytes[position++] & 0xFF) << 8) | (bytes[position++] & 0xFF);
    }

    public long int64() {
        return (long) int16() << 48 | (long) int16() << 32 | (long) int16() << 16 | int16();
    }

    public long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = int8();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new CorruptDataException("A number has more than 10 bytes at " + position);
    }

    /** Reads a number that must be in 0..max. */
    public int number(int max) {
        long value = number();
        if (value < 0 || value > max) {
            throw new CorruptDataException("A number is " + value + " at " + position + "; expected 0 to " + max);
        }
        return (int) value;
    }

    public byte[] block() {
        int length = pass();
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    public String text() {
        int length = pass();
        return new String(bytes, position - length, length, StandardCharsets.UTF_8);
    }

    /** Skips a block or a text. */
    public void skip() {
        pass();
    }

    /** Skips a length and as many bytes; returns the length. */
    private int pass() {
        int length = number(end - position);
        need(length);
        position += length;
        return length;
    }

    private void need(int count) {
        if (end - position < count) {
            throw new CorruptDataException(
                    "A value ends at " + end + "; expected " + count + " more bytes at " + position);
        }
    }
}
