package io.wkmq.cluster.retained.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends numbers and texts to bytes. Belongs to one thread. */
final class ByteWriter {
    private byte[] bytes = new byte[256];
    private int size;

    void u8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    void i64(long value) {
        ensure(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void i64s(long[] values) {
        for (long value : values) {
            i64(value);
        }
    }

    /** A number that is not negative: seven bits per byte, the lowest first. */
    void number(int value) {
        int rest = value;
        while (rest > 0x7F) {
            u8(0x80 | rest);
            rest >>>= 7;
        }
        u8(rest);
    }

    /** A length and so many bytes. */
    void bytes(byte[] value) {
        number(value.length);
        raw(value);
    }

    void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    void raw(byte[] value) {
        ensure(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
