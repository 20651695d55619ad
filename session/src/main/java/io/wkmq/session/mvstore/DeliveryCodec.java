package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.MessageCodec;
import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a delivery. Mutable parts come first at fixed offsets, so that they can be changed without decoding the
 * rest; the message comes last, as its number or, if no other delivery refers to it, inline. Stateless.
 */
final class DeliveryCodec {
    private static final int VERSION = 1;

    private static final int FLAGS_AT = 1;
    private static final int PACKET_ID_AT = 2;

    private static final int QOS_MASK = 0x03;
    private static final int RETAIN = 0x04;
    private static final int STATE_SHIFT = 3;
    private static final int STATE_MASK = 0x03 << STATE_SHIFT;
    private static final int SHARE = 0x20;
    private static final int INLINE = 0x40;

    private static final int IDENTIFIERS_MAX = 0xFFFF;
    private static final int[] NO_IDENTIFIERS = {};

    private DeliveryCodec() {}

    /** Writes a delivery that refers to its message by number. */
    static void write(ByteWriter out, StoredDelivery delivery, long messageNumber) {
        writeHead(out, delivery, 0);
        out.number(messageNumber);
    }

    /** Writes a delivery with its message inline. */
    static void writeInline(ByteWriter out, StoredDelivery delivery) {
        writeHead(out, delivery, INLINE);
        MessageCodec.write(out, delivery.message());
    }

    /** Writes everything except the message. */
    static void writeHead(ByteWriter out, StoredDelivery delivery) {
        writeHead(out, delivery, 0);
    }

    private static void writeHead(ByteWriter out, StoredDelivery delivery, int inline) {
        SubscriptionFilter share = delivery.share();
        int flags = delivery.qos().code() | inline;
        flags |= delivery.retain() ? RETAIN : 0;
        flags |= code(delivery.state()) << STATE_SHIFT;
        flags |= share != null ? SHARE : 0;
        out.int8(VERSION).int8(flags).int16(delivery.packetId());
        out.number(delivery.subscriptionIdentifiers().length);
        for (int identifier : delivery.subscriptionIdentifiers()) {
            out.number(identifier);
        }
        if (share != null) {
            out.text(share.text());
        }
    }

    /** Returns the same delivery with another packet id and state. */
    static byte[] moved(byte[] stored, int packetId, StoredDelivery.State state) {
        byte[] moved = stored.clone();
        moved[FLAGS_AT] = (byte) ((moved[FLAGS_AT] & ~STATE_MASK) | (code(state) << STATE_SHIFT));
        moved[PACKET_ID_AT] = (byte) (packetId >>> 8);
        moved[PACKET_ID_AT + 1] = (byte) packetId;
        return moved;
    }

    /** Returns the number of the message that a stored delivery refers to, 0 if it contains the message. */
    static long messageNumber(byte[] stored) {
        if ((stored[FLAGS_AT] & INLINE) != 0) {
            return 0;
        }
        ByteReader in = new ByteReader(stored);
        skipHead(in);
        return in.number();
    }

    private static void skipHead(ByteReader in) {
        int flags = flags(in);
        in.int16(); // the packet id
        int identifiers = in.number(IDENTIFIERS_MAX);
        for (int i = 0; i < identifiers; i++) {
            in.number();
        }
        if ((flags & SHARE) != 0) {
            in.skip();
        }
    }

    private static int flags(ByteReader in) {
        int version = in.int8();
        if (version != VERSION) {
            throw new CorruptDataException("A delivery has format " + version + "; expected " + VERSION);
        }
        return in.int8();
    }

    /** Reads a delivery; returns null if {@code messages} does not know its message. */
    static @Nullable StoredDelivery read(
            ByteReader in, long sequence, LongFunction<? extends @Nullable Message> messages) {
        Head head = new Head(in);
        Message message = head.inline() ? MessageCodec.read(in) : messages.apply(in.number());
        return message == null ? null : head.delivery(sequence, message);
    }

    /** Reads what {@link #writeHead} wrote. */
    static StoredDelivery readHead(ByteReader in, long sequence, Message message) {
        return new Head(in).delivery(sequence, message);
    }

    /** All parts of a delivery except the message. */
    private static final class Head {
        private final int flags;
        private final int packetId;
        private final int[] identifiers;
        private final @Nullable SubscriptionFilter share;

        private Head(ByteReader in) {
            flags = flags(in);
            packetId = in.int16();
            identifiers = identifiers(in);
            share = (flags & SHARE) == 0 ? null : SessionCodec.filter(in.text());
        }

        private boolean inline() {
            return (flags & INLINE) != 0;
        }

        private StoredDelivery delivery(long sequence, Message message) {
            return new StoredDelivery(
                    sequence,
                    message,
                    MessageCodec.qos(flags & QOS_MASK),
                    (flags & RETAIN) != 0,
                    identifiers,
                    share,
                    packetId,
                    state((flags & STATE_MASK) >> STATE_SHIFT));
        }
    }

    /** Returns the stored representation of a state. */
    static int code(StoredDelivery.State state) {
        return switch (state) {
            case QUEUED -> 0;
            case SENT -> 1;
            case RELEASED -> 2;
        };
    }

    static StoredDelivery.State state(int code) {
        return switch (code) {
            case 0 -> StoredDelivery.State.QUEUED;
            case 1 -> StoredDelivery.State.SENT;
            case 2 -> StoredDelivery.State.RELEASED;
            default -> throw new CorruptDataException("A stored delivery is in state " + code + "; expected 0 to 2");
        };
    }

    private static int[] identifiers(ByteReader in) {
        int count = in.number(IDENTIFIERS_MAX);
        if (count == 0) {
            return NO_IDENTIFIERS;
        }
        int[] identifiers = new int[count];
        for (int i = 0; i < count; i++) {
            identifiers[i] = in.number(Integer.MAX_VALUE);
        }
        return identifiers;
    }
}
