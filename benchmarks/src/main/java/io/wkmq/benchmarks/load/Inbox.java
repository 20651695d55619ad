package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import java.util.BitSet;

/**
 * Receives the messages of a client: acknowledges them and passes each on, QoS 2 messages exactly once. Confined to the client's event
 * loop.
 */
final class Inbox {
    /** Receives the messages. */
    interface Reader {
        /**
         * Called for each message.
         *
         * @param header the first byte of its packet
         * @param in contains the topic, preceded by its length, from {@code topic} on, the properties from {@code properties} on, and the
         *     payload from {@code payload} to {@code end}
         */
        void message(int header, ByteBuf in, int topic, int properties, int payload, int end);
    }

    private static final int ACKS_BYTES = 512;

    private final boolean mqtt5;
    private final Reader reader;
    private final BitSet unreleased = new BitSet();

    Inbox(boolean mqtt5, Reader reader) {
        this.mqtt5 = mqtt5;
        this.reader = reader;
    }

    /** Returns the QoS in the first byte of a PUBLISH. */
    static int qos(int header) {
        return header >> 1 & 3;
    }

    void connected(boolean sessionPresent) {
        if (!sessionPresent) {
            unreleased.clear();
        }
    }

    /** Handles PUBLISH and PUBREL; ignores other packets. */
    void packet(ClientConnection from, int header, ByteBuf in, int start, int end) {
        int type = header >> 4;
        if (type == Packets.PUBLISH) {
            publish(from, header, in, start, end);
        } else if (type == Packets.PUBREL) {
            int id = in.getUnsignedShort(start);
            unreleased.clear(id);
            Packets.pubcomp(from.batch(ACKS_BYTES), id);
        }
    }

    private void publish(ClientConnection from, int header, ByteBuf in, int start, int end) {
        int qos = qos(header);
        int at = start + 2 + in.getUnsignedShort(start);
        int id = 0;
        if (qos > 0) {
            id = in.getUnsignedShort(at);
            at += 2;
        }
        int properties = at;
        if (mqtt5) {
            int length = 0;
            int shift = 0;
            byte part;
            do {
                part = in.getByte(at);
                length |= (part & 0x7F) << shift;
                shift += 7;
                at++;
            } while (part < 0 && shift < 28);
            properties = at;
            at += length;
        }
        if (qos < 2 || !unreleased.get(id)) {
            reader.message(header, in, start, properties, at, end);
        }
        if (qos == 1) {
            Packets.puback(from.batch(ACKS_BYTES), id);
        } else if (qos == 2) {
            unreleased.set(id);
            Packets.pubrec(from.batch(ACKS_BYTES), id);
        }
    }
}
