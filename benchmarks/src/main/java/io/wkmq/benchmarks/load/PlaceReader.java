package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;

/**
 * Extracts a message's sequence number in its channel from the user properties (MQTT 5) that wkmq adds. Does not allocate. Confined to the
 * event loop of one client.
 */
final class PlaceReader {
    private static final byte[] CHANNEL = "wk-ch".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NUMBER = "wk-seq".getBytes(StandardCharsets.UTF_8);

    private static final int REASON_STRING = 0x1F;

    private final byte[] channel;
    private boolean named;
    private long number;

    /** Creates a reader of the sequence numbers in that channel. */
    PlaceReader(String channel) {
        this.channel = channel.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the sequence number in a PUBACK, whose body is from {@code start} to {@code end}; 0 if there is none. */
    long ofPuback(ByteBuf in, int start, int end) {
        int length = start + 3; // after packet id and reason code
        return length < end ? of(in, behindVariable(in, length), end) : 0;
    }

    /** Returns the sequence number in the properties from {@code start} to {@code end}, length excluded; 0 if there is none. */
    long of(ByteBuf in, int start, int end) {
        named = false;
        number = 0;
        int at = start;
        while (at < end) {
            at = read(in, at);
        }
        return named ? number : 0;
    }

    private int read(ByteBuf in, int start) {
        int id = in.getUnsignedByte(start);
        int at = start + 1;
        return switch (id) {
            case 0x01 -> at + 1;
            case 0x02 -> at + 4;
            case 0x03, 0x08, 0x09, REASON_STRING -> behindText(in, at);
            case 0x0B -> behindVariable(in, at);
            case 0x23 -> at + 2;
            case 0x26 -> {
                int value = behindText(in, at);
                userProperty(in, at, value);
                yield behindText(in, value);
            }
            default ->
                throw new DecoderException("The broker sent a PUBACK or PUBLISH with the unknown property " + id);
        };
    }

    /** Publishers may use the same names: the properties that wkmq adds follow the last channel name. */
    private void userProperty(ByteBuf in, int name, int value) {
        if (is(in, name, CHANNEL)) {
            named = is(in, value, channel);
            number = 0;
        } else if (is(in, name, NUMBER)) {
            number = number(in, value);
        }
    }

    private static boolean is(ByteBuf in, int text, byte[] expected) {
        if (in.getUnsignedShort(text) != expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (in.getByte(text + 2 + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static long number(ByteBuf in, int text) {
        long value = 0;
        int end = behindText(in, text);
        for (int at = text + 2; at < end; at++) {
            int digit = in.getByte(at) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            value = 10 * value + digit;
        }
        return value;
    }

    private static int behindVariable(ByteBuf in, int start) {
        int at = start;
        while (in.getByte(at) < 0) {
            at++;
        }
        return at + 1;
    }

    private static int behindText(ByteBuf in, int start) {
        return start + 2 + in.getUnsignedShort(start);
    }
}
