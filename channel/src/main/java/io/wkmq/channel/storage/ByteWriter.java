package io.wkmq.channel.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes values into a growing byte array. Confined to one thread. Numbers without a width in the method name have a variable length, with
 * 7 bits per byte.
 */
public final class ByteWriter {
    private byte[] bytes;
    private int size;

    public ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    /** Discards everything written after this size was reached. */
    public void truncate(int newSize) {
        size = newSize;
    }

    /** Leaves room for bytes that are filled in later. */
    public void skip(int count) {
        ensure(count);
        size += count;
    }

    /** Returns the encoded bytes; valid until the next write. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    public ByteWriter int8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public ByteWriter int16(int value) {
        ensure(2);
        bytes[size++] = (byte) (value >>> 8);
        bytes[size++] = (byte) value;
        return this;
    }

    public ByteWriter int64(long value) {
        return int16((int) (value >>> 48))
                .int16((int) (value >>> 32))
                .int16((int) (value >>> 16))
                .int16((int) value);
    }

    /** Writes a number that is usually small; a negative one takes ten bytes. */
    public ByteWriter number(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /** Writes bytes preceded by their length. */
    public ByteWriter block(byte[] value) {
        return number(value.length).raw(value);
    }

    /** Writes bytes without their length. */
    public ByteWriter raw(byte[] value) {
        ensure(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    public ByteWriter text(String value) {
        return block(value.getBytes(StandardCharsets.UTF_8));
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            long wanted = Math.max(2L * bytes.length, (long) size + more);
            if ((long) size + more > Integer.MAX_VALUE - 16) {
                throw new IllegalStateException(
                        "An encoded value has more than 2 GiB: " + size + " bytes and " + more + " more");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }
}
