package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Encodes packets from a readable notation. In {@code 30 | <a/b> 'hello'} the first byte precedes the bar and the body follows it; the
 * body's length is inserted in between. Within the body, hex digits are bytes, {@code <..>} is text preceded by a two-byte length, {@code
 * '..'} is text without length, and {@code {..}} is a group preceded by its length as a variable byte integer. {@code ;} ends a packet.
 */
final class Wire {
    static final String CONNECT_3_1 = "10 | <MQIsdp> 03 02 003c <c>;";
    static final String CONNECT_3_1_1 = "10 | <MQTT> 04 02 003c <c>;";
    static final String CONNECT_5 = "10 | <MQTT> 05 02 003c {11 00000e10} <c>;";

    private final String text;
    private int at;

    private Wire(String text) {
        this.text = text;
    }

    /** The bytes of the packets. */
    static byte[] bytes(String packets) {
        ByteBuf out = Unpooled.buffer();
        for (String packet : packets.split(";", -1)) {
            int bar = packet.indexOf('|');
            if (bar < 0) {
                out.writeBytes(new Wire(packet).rest());
            } else {
                ByteBuf body = new Wire(packet.substring(bar + 1)).rest();
                out.writeBytes(new Wire(packet.substring(0, bar)).rest());
                writeVariable(out, body.readableBytes());
                out.writeBytes(body);
            }
        }
        return ByteBufUtil.getBytes(out);
    }

    private ByteBuf rest() {
        ByteBuf out = Unpooled.buffer();
        while (at < text.length() && text.charAt(at) != '}') {
            char c = text.charAt(at);
            switch (c) {
                case ' ' -> at++;
                case '<' -> {
                    byte[] utf8 = upTo('>');
                    out.writeShort(utf8.length).writeBytes(utf8);
                }
                case '\'' -> out.writeBytes(upTo('\''));
                case '{' -> {
                    at++;
                    ByteBuf group = rest();
                    at++;
                    writeVariable(out, group.readableBytes());
                    out.writeBytes(group);
                }
                default -> {
                    out.writeByte(Integer.parseInt(text.substring(at, at + 2), 16));
                    at += 2;
                }
            }
        }
        return out;
    }

    private byte[] upTo(char end) {
        int close = text.indexOf(end, at + 1);
        byte[] utf8 = text.substring(at + 1, close).getBytes(StandardCharsets.UTF_8);
        at = close + 1;
        return utf8;
    }

    static void writeVariable(ByteBuf out, int value) {
        int rest = value;
        do {
            int part = rest & 0x7F;
            rest >>>= 7;
            out.writeByte(rest > 0 ? part | 0x80 : part);
        } while (rest > 0);
    }

    static void writeText(ByteBuf out, String text) {
        writeBinary(out, text.getBytes(StandardCharsets.UTF_8));
    }

    static void writeBinary(ByteBuf out, byte[] bytes) {
        out.writeShort(bytes.length).writeBytes(bytes);
    }
}
