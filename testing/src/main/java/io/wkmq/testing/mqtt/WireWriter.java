package io.wkmq.testing.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes MQTT's data types (1.5). Checks nothing, so that a test can write nonsense. One thread at a time. */
public final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** One byte. */
    public WireWriter u8(int value) {
        out.write(value);
        return this;
    }

    /** A two byte integer. */
    public WireWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    /** A four byte integer. */
    public WireWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    /** A variable byte integer in as few bytes as possible. */
    public WireWriter varInt(long value) {
        long rest = value;
        while (rest > 0x7F) {
            u8((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    /** A UTF-8 string with its length. A lone surrogate becomes '?': write ill-formed text with {@link #binary}. */
    public WireWriter string(String text) {
        return binary(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Binary data with its length, which is cut to 16 bits. */
    public WireWriter binary(byte... data) {
        return u16(data.length).raw(data);
    }

    /** Bytes as they are. */
    public WireWriter raw(byte... data) {
        out.writeBytes(data);
        return this;
    }

    /** The number of bytes so far. */
    public int size() {
        return out.size();
    }

    /** A copy of all bytes. */
    public byte[] bytes() {
        return out.toByteArray();
    }
}
