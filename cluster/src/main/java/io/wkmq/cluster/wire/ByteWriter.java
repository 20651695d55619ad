package io.wkmq.cluster.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Encodes numbers and texts. Belongs to one thread. */
public final class ByteWriter {
    private byte[] bytes = new byte[64];
    private int size;

    /** Writes a byte. */
    public void u8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** Writes a boolean as one byte. */
    public void flag(boolean value) {
        u8(value ? 1 : 0);
    }

    /** Writes any number in eight bytes, big-endian. */
    public void i64(long value) {
        ensure(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** Writes numbers in eight bytes each. */
    public void i64s(long[] values) {
        for (long value : values) {
            i64(value);
        }
    }

    /** Writes a non-negative number with seven bits per byte, lowest first. */
    public void number(int value) {
        int rest = value;
        while (rest > 0x7F) {
            u8(0x80 | rest);
            rest >>>= 7;
        }
        u8(rest);
    }

    /** Writes bytes with their length in front. */
    public void bytes(byte[] value) {
        number(value.length);
        raw(value);
    }

    /** Writes a text in UTF-8 with its length in front. */
    public void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes without their length, which the reader must know. */
    public void raw(byte[] value) {
        ensure(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** Returns the number of bytes written. */
    public int size() {
        return size;
    }

    /** Returns a copy of the bytes written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
