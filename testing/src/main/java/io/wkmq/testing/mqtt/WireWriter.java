package io.wkmq.testing.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the data types of MQTT (1.5). Validates nothing, so that a test can write nonsense. Not thread-safe. */
public final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Writes one byte. */
    public WireWriter u8(int value) {
        out.write(value);
        return this;
    }

    /** Writes a two-byte integer. */
    public WireWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    /** Writes a four-byte integer. */
    public WireWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    /** Writes a variable byte integer in as few bytes as possible. */
    public WireWriter varInt(long value) {
        long rest = value;
        while (rest > 0x7F) {
            u8((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    /** Writes a UTF-8 string, preceded by its length. A lone surrogate becomes '?': write ill-formed text with {@link #binary}. */
    public WireWriter string(String text) {
        return binary(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes binary data, preceded by its length modulo 65,536. */
    public WireWriter binary(byte... data) {
        return u16(data.length).raw(data);
    }

    /** Writes the bytes as they are. */
    public WireWriter raw(byte... data) {
        out.writeBytes(data);
        return this;
    }

    /** Returns the number of bytes written so far. */
    public int size() {
        return out.size();
    }

    /** Returns a copy of all bytes. */
    public byte[] bytes() {
        return out.toByteArray();
    }
}
