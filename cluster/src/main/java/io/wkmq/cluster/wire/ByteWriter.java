package io.wkmq.cluster.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends numbers and texts to bytes. Belongs to one thread. */
public final class ByteWriter {
    private byte[] bytes = new byte[64];
    private int size;

    /** A byte. */
    public void u8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** Yes or no. */
    public void flag(boolean value) {
        u8(value ? 1 : 0);
    }

    /** Any number, in eight bytes. */
    public void i64(long value) {
        ensure(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** Numbers, in eight bytes each. */
    public void i64s(long[] values) {
        for (long value : values) {
            i64(value);
        }
    }

    /** A number that is not negative: seven bits per byte, the lowest first. */
    public void number(int value) {
        int rest = value;
        while (rest > 0x7F) {
            u8(0x80 | rest);
            rest >>>= 7;
        }
        u8(rest);
    }

    /** A length and so many bytes. */
    public void bytes(byte[] value) {
        number(value.length);
        raw(value);
    }

    /** A length and a text of so many bytes. */
    public void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes whose number the reader knows. */
    public void raw(byte[] value) {
        ensure(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** How many bytes there are so far. */
    public int size() {
        return size;
    }

    /** A copy of what was appended. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
