package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** The rules for UTF-8 strings (MQTT 5, 1.5.4). Stateless. */
final class MqttText {
    static final byte[] EMPTY = {};

    private MqttText() {}

    /**
     * Refuses control characters and non-characters, as 1.5.4 allows a receiver to do, in names: topics, filters, client ids,
     * user names. Free text, such as the value of a user property, may contain them.
     */
    static String name(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || (c >= 0x7F && (c <= 0x9F || nonCharacter(text, i)))) {
                throw MqttProtocolException.malformed("The " + what + " holds the control or non-character U+"
                        + Integer.toHexString(text.codePointAt(i)) + " (1.5.4)");
            }
        }
        return text;
    }

    /** Returns whether the character is in U+FDD0 to U+FDEF or one of the last two of its plane. */
    private static boolean nonCharacter(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return (text.codePointAt(index) & 0xFFFE) == 0xFFFE;
        }
        return (c >= 0xFDD0 && c <= 0xFDEF) || c >= 0xFFFE;
    }

    /** Returns whether all bytes are printable ASCII and none is a wildcard. */
    static boolean plainTopic(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b < 0x20 || b == 0x7F || b == '+' || b == '#') { // 0x80 and above are negative
                return false;
            }
        }
        return true;
    }

    /**
     * Checks the length-prefixed string at {@code index}; the MQTT 3 decoders replace ill-formed parts by U+FFFD
     * [MQTT-1.5.4-1], [MQTT-1.5.4-2] (in 3.1.1: 1.5.3-1, 1.5.3-2).
     *
     * @return the index after it
     */
    static int requireWellFormed(ByteBuf in, int index, int end, String what) {
        int next = skipBinary(in, index, end, what);
        int start = index + 2;
        if (!ByteBufUtil.isText(in, start, next - start, StandardCharsets.UTF_8)) {
            throw MqttProtocolException.malformed("The " + what + " is not well-formed UTF-8 [MQTT-1.5.4-1]");
        }
        if (in.indexOf(start, next, (byte) 0) >= 0) {
            throw MqttProtocolException.malformed("The " + what + " holds U+0000 [MQTT-1.5.4-2]");
        }
        return next;
    }

    /** Returns the index after the length-prefixed bytes at {@code index}. */
    static int skipBinary(ByteBuf in, int index, int end, String what) {
        int start = index + 2;
        if (start > end || start + in.getUnsignedShort(index) > end) {
            throw MqttProtocolException.malformed("The " + what + " ends behind the packet");
        }
        return start + in.getUnsignedShort(index);
    }
}
