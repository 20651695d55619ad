package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what wkmq says in user properties of MQTT 5 about a message of a channel: its number there. Makes no objects. Belongs to one
 * client's loop.
 */
final class PlaceReader {
    private static final byte[] CHANNEL = "wk-ch".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NUMBER = "wk-seq".getBytes(StandardCharsets.UTF_8);

    private static final int REASON_STRING = 0x1F;

    private final byte[] channel;
    private boolean named;
    private long number;

    /** Reads the numbers of that channel's messages. */
    PlaceReader(String channel) {
        this.channel = channel.getBytes(StandardCharsets.UTF_8);
    }

    /** The number that a PUBACK tells, which is behind its remaining length from {@code start} to {@code end}; 0 if it tells none. */
    long ofPuback(ByteBuf in, int start, int end) {
        int length = start + 3; // behind the packet id and the reason code
        return length < end ? of(in, behindVariable(in, length), end) : 0;
    }

    /** The number that properties tell, which are from {@code start} to {@code end} without their length; 0 if they tell none. */
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

    /** Publishers may use these names too: what wkmq says is behind the last name of a channel. */
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
