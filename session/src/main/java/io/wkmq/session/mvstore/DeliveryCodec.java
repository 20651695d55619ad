package io.wkmq.session.mvstore;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a delivery. What changes while a delivery is on its way stands in front at fixed places, so that it can
 * be changed without decoding the rest; the message is at the end, as its number or, if nobody else refers to it, itself.
 * Stateless.
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

    private static final int[] NO_IDENTIFIERS = {};

    private DeliveryCodec() {}

    /** Writes a delivery that refers to its message by number. */
    static void write(ByteWriter out, StoredDelivery delivery, long messageNumber) {
        writeHead(out, delivery, 0);
        out.number(messageNumber);
    }

    /** Writes a delivery with its message. */
    static void writeInline(ByteWriter out, StoredDelivery delivery) {
        writeHead(out, delivery, INLINE);
        MessageCodec.write(out, delivery.message());
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

    /** The same delivery under another packet id and in another state. */
    static byte[] moved(byte[] stored, int packetId, StoredDelivery.State state) {
        byte[] moved = stored.clone();
        moved[FLAGS_AT] = (byte) ((moved[FLAGS_AT] & ~STATE_MASK) | (code(state) << STATE_SHIFT));
        moved[PACKET_ID_AT] = (byte) (packetId >>> 8);
        moved[PACKET_ID_AT + 1] = (byte) packetId;
        return moved;
    }

    /** The number of the message that a stored delivery refers to, or 0 if it holds the message itself. */
    static long messageNumber(byte[] stored) {
        ByteReader in = new ByteReader(stored);
        version(in);
        int flags = in.int8();
        if ((flags & INLINE) != 0) {
            return 0;
        }
        in.int16();
        identifiers(in);
        share(in, flags);
        return in.number();
    }

    /** Reads a delivery; null if its message is one that {@code messages} does not know. */
    static @Nullable StoredDelivery read(
            ByteReader in, long sequence, LongFunction<? extends @Nullable Message> messages) {
        version(in);
        int flags = in.int8();
        Qos qos = MessageCodec.qos(flags & QOS_MASK);
        StoredDelivery.State state = state((flags & STATE_MASK) >> STATE_SHIFT);
        int packetId = in.int16();
        int[] identifiers = identifiers(in);
        SubscriptionFilter share = share(in, flags);
        Message message = (flags & INLINE) != 0 ? MessageCodec.read(in) : messages.apply(in.number());
        if (message == null) {
            return null;
        }
        return new StoredDelivery(sequence, message, qos, (flags & RETAIN) != 0, identifiers, share, packetId, state);
    }

    /** The number that stands for a state in what is stored. */
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

    private static void version(ByteReader in) {
        int version = in.int8();
        if (version != VERSION) {
            throw new CorruptDataException("A delivery has format " + version + "; expected " + VERSION);
        }
    }

    private static int[] identifiers(ByteReader in) {
        int count = in.number(0xFFFF);
        if (count == 0) {
            return NO_IDENTIFIERS;
        }
        int[] identifiers = new int[count];
        for (int i = 0; i < count; i++) {
            identifiers[i] = in.number(Integer.MAX_VALUE);
        }
        return identifiers;
    }

    private static @Nullable SubscriptionFilter share(ByteReader in, int flags) {
        return (flags & SHARE) == 0 ? null : SessionCodec.filter(in.text());
    }
}
