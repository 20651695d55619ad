package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.wkmq.routing.MessageProperties;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a PUBLISH, kept as the received bytes after a single validating pass. Whatever is invalid or rare is left
 * to the HiveMQ decoders; only they refuse. Belongs to one packet.
 */
final class InPlaceProperties {
    private static final int PAYLOAD_FORMAT_INDICATOR = 0x01;
    private static final int MESSAGE_EXPIRY_INTERVAL = 0x02;
    private static final int CONTENT_TYPE = 0x03;
    private static final int RESPONSE_TOPIC = 0x08;
    private static final int CORRELATION_DATA = 0x09;
    private static final int TOPIC_ALIAS = 0x23;
    private static final int USER_PROPERTY = 0x26;

    private static final int ODD = -1;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private final ByteBuf in;
    private final int start;
    private final byte[] bytes;

    private MessageProperties travelling = MessageProperties.NONE;
    private long seen; // one bit per identifier that may occur once
    private long expirySeconds = -1;
    private int alias;

    private InPlaceProperties(ByteBuf in, int start, int length) {
        this.in = in;
        this.start = start;
        this.bytes = new byte[length];
        in.getBytes(start, bytes);
    }

    /**
     * Reads the properties; there must be at least one.
     *
     * @param lengthAt the index of their length
     * @param end the end of the packet, beyond {@code lengthAt}
     * @return null if the HiveMQ decoders must decide
     */
    static @Nullable InPlaceProperties read(ByteBuf in, int lengthAt, int end) {
        int length = in.getByte(lengthAt);
        int start = lengthAt + 1;
        if (length < 0) {
            int high = start < end ? in.getByte(start) : 0;
            if (high <= 0) { // also for a length of three bytes: 16 KB and more are rare
                return null;
            }
            length = (length & 0x7F) | high << 7;
            start++;
        }
        if (length > end - start) {
            return null;
        }
        InPlaceProperties properties = new InPlaceProperties(in, start, length);
        return properties.walk() ? properties : null;
    }

    /** Returns the properties that are forwarded to subscribers. */
    MessageProperties travelling() {
        return travelling;
    }

    /** Returns the message expiry interval, or -1. */
    long expirySeconds() {
        return expirySeconds;
    }

    /** Returns the topic alias, or 0. */
    int alias() {
        return alias;
    }

    /** Returns the index in the buffer after the properties. */
    int end() {
        return start + bytes.length;
    }

    /** Validates all properties and compacts those that are forwarded. */
    private boolean walk() {
        int kept = 0;
        int at = 0;
        while (at < bytes.length) {
            int next = behind(at);
            if (next == ODD) {
                return false;
            }
            if (travels(at)) {
                if (kept != at) {
                    System.arraycopy(bytes, at, bytes, kept, next - at);
                }
                kept += next - at;
            }
            at = next;
        }
        travelling = MessageProperties.ofEncoded(kept == bytes.length ? bytes : Arrays.copyOf(bytes, kept));
        return true;
    }

    /** Returns whether the property is forwarded; an unspecified payload format equals an absent one. */
    private boolean travels(int at) {
        return switch (bytes[at]) {
            case MESSAGE_EXPIRY_INTERVAL, TOPIC_ALIAS -> false;
            case PAYLOAD_FORMAT_INDICATOR -> bytes[at + 1] == 1;
            default -> true;
        };
    }

    /** Returns the index after the property, or {@link #ODD}. */
    private int behind(int at) {
        int id = bytes[at];
        if (id != USER_PROPERTY && !first(id)) {
            return ODD;
        }
        return switch (id) {
            case USER_PROPERTY -> {
                int value = behindText(at + 1);
                yield value == ODD ? ODD : behindText(value);
            }
            case TOPIC_ALIAS -> alias(at + 1);
            case MESSAGE_EXPIRY_INTERVAL -> expiry(at + 1);
            case PAYLOAD_FORMAT_INDICATOR -> fits(at + 1, 1) && (bytes[at + 1] & 0xFE) == 0 ? at + 2 : ODD;
            case CONTENT_TYPE -> behindText(at + 1);
            case RESPONSE_TOPIC -> behindTopic(at + 1);
            case CORRELATION_DATA -> behindData(at + 1);
            default -> ODD;
        };
    }

    private boolean first(int id) {
        long bit = 1L << (id & 63);
        boolean first = (seen & bit) == 0;
        seen |= bit;
        return first;
    }

    private boolean fits(int at, int length) {
        return length <= bytes.length - at;
    }

    private int alias(int at) {
        if (!fits(at, 2)) {
            return ODD;
        }
        alias = twoBytes(at);
        return alias == 0 ? ODD : at + 2;
    }

    private int expiry(int at) {
        if (!fits(at, 4)) {
            return ODD;
        }
        expirySeconds = (long) twoBytes(at) << 16 | twoBytes(at + 2);
        return at + 4;
    }

    private int behindData(int lengthAt) {
        if (!fits(lengthAt, 2)) {
            return ODD;
        }
        int length = twoBytes(lengthAt);
        return fits(lengthAt + 2, length) ? lengthAt + 2 + length : ODD;
    }

    private int behindText(int lengthAt) {
        int end = behindData(lengthAt);
        return end == ODD || !wellFormed(lengthAt + 2, end) ? ODD : end;
    }

    /** Accepts printable ASCII only: topics have further rules. */
    private int behindTopic(int lengthAt) {
        int end = behindData(lengthAt);
        return end <= lengthAt + 2 || !MqttText.plainTopic(bytes, lengthAt + 2, end) ? ODD : end;
    }

    private int twoBytes(int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    /** Returns whether the bytes are well-formed UTF-8 without U+0000 [MQTT-1.5.4-1], [MQTT-1.5.4-2]. */
    private boolean wellFormed(int from, int to) {
        int at = from;
        while (at + 8 <= to) {
            long eight = (long) LONGS.get(bytes, at);
            if (((eight | (eight - LOW_BITS)) & HIGH_BITS) != 0) { // one of them is negative or possibly 0
                return wellFormedOtherwise(at, to);
            }
            at += 8;
        }
        while (at < to) {
            if (bytes[at] <= 0) {
                return wellFormedOtherwise(at, to);
            }
            at++;
        }
        return true;
    }

    private boolean wellFormedOtherwise(int from, int to) {
        return ByteBufUtil.isText(in, start + from, to - from, StandardCharsets.UTF_8)
                && in.indexOf(start + from, start + to, (byte) 0) < 0;
    }
}
