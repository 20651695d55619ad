package io.wkmq.testing.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the data types of MQTT (1.5) from a packet's body, strictly enforcing their rules. */
final class WireReader {
    private final ByteBuffer in;

    WireReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    private WireReader(ByteBuffer in) {
        this.in = in;
    }

    int u8() {
        need(1);
        return in.get() & 0xFF;
    }

    int u16() {
        need(2);
        return in.getShort() & 0xFFFF;
    }

    long u32() {
        need(4);
        return in.getInt() & 0xFFFFFFFFL;
    }

    long varInt() {
        long value = 0;
        for (int i = 0; i < 4; i++) {
            int b = u8();
            value |= (long) (b & 0x7F) << (7 * i);
            if ((b & 0x80) == 0) {
                if (b == 0 && i > 0) {
                    throw new MalformedServerPacketException(
                            "A variable byte integer has " + (i + 1) + " bytes for " + value + " [MQTT-1.5.5-1]");
                }
                return value;
            }
        }
        throw new MalformedServerPacketException("A variable byte integer has more than 4 bytes");
    }

    String string() {
        byte[] bytes = binary();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                throw new MalformedServerPacketException("A string holds U+0000: " + Hex.of(bytes));
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedServerPacketException("A string is not UTF-8: " + Hex.of(bytes) + " (" + e + ")");
        }
    }

    byte[] binary() {
        int length = u16();
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Returns a reader of the next {@code length} bytes, and skips them here. */
    WireReader part(long length) {
        need(length);
        ByteBuffer part = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return new WireReader(part);
    }

    byte[] rest() {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    boolean atEnd() {
        return !in.hasRemaining();
    }

    void expectEnd(String packet) {
        if (in.hasRemaining()) {
            throw new MalformedServerPacketException(packet + " has " + in.remaining() + " bytes too many");
        }
    }

    private void need(long bytes) {
        if (in.remaining() < bytes) {
            throw new MalformedServerPacketException(
                    "The packet ends early: " + bytes + " bytes needed, " + in.remaining() + " left");
        }
    }
}
