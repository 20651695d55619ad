package io.wkmq.cluster.sessions.protocol;

import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.MovedMessages.Owed;
import io.wkmq.session.MovedSession;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SubscribeRequest;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of a moving session, version 1: a length, a type, the content. A record may be larger than a message between nodes,
 * so records are sent as a byte stream that is cut anywhere. An expiry is sent as the remaining lifetime, since the clocks of nodes
 * differ. Stateless.
 */
public final class MoveRecords {
    static final int SESSION = 1;
    static final int SUBSCRIPTION = 2;
    static final int DELIVERY = 3;
    static final int PACKET_ID = 4;

    private static final int RETAIN = 0x01;
    private static final int PUBLISHED_RETAIN = 0x02;
    private static final int RECENT = 0x04;
    private static final int EXPIRES = 0x08;
    private static final int SHARE = 0x10;

    private static final int NO_LOCAL = 0x01;
    private static final int RETAIN_AS_PUBLISHED = 0x02;

    private MoveRecords() {}

    /** Writes the content of a record. */
    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] record(int type, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(0);
            out.writeByte(type);
            content.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("A part of a session could not be written into memory", e);
        }
        byte[] record = bytes.toByteArray();
        ByteBuffer.wrap(record).putInt(record.length - Integer.BYTES);
        return record;
    }

    /** Encodes a session without its subscriptions. */
    public static byte[] of(MovedSession session) {
        return record(SESSION, out -> {
            MessageCodec.text(out, session.clientId());
            String userName = session.userName();
            out.writeByte(userName == null ? 0 : 1);
            if (userName != null) {
                MessageCodec.text(out, userName);
            }
            out.writeLong(session.createdAtMs());
            out.writeLong(session.expirySeconds());
        });
    }

    /** Encodes a subscription. */
    public static byte[] of(SubscribeRequest subscription) {
        return record(SUBSCRIPTION, out -> {
            SubscriptionOptions options = subscription.options();
            MessageCodec.text(out, subscription.filter().text());
            out.writeByte(options.qos().code());
            out.writeByte((options.noLocal() ? NO_LOCAL : 0) | (options.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0));
            out.writeByte(options.retainHandling().code());
            out.writeInt(options.identifier());
        });
    }

    /** Encodes a packet id that awaits its PUBREL. */
    public static byte[] of(int packetId) {
        return record(PACKET_ID, out -> out.writeShort(packetId));
    }

    /** Encodes a delivery. */
    public static byte[] of(Owed owed, long nowMs) {
        return record(DELIVERY, out -> write(out, owed, nowMs));
    }

    private static void write(DataOutputStream out, Owed owed, long nowMs) throws IOException {
        StoredDelivery delivery = owed.delivery();
        Message message = delivery.message();
        SubscriptionFilter share = delivery.share();
        boolean expires = message.expiresAtMs() != Message.NEVER;
        int flags = delivery.retain() ? RETAIN : 0;
        flags |= message.retain() ? PUBLISHED_RETAIN : 0;
        flags |= owed.recent() ? RECENT : 0;
        flags |= expires ? EXPIRES : 0;
        flags |= share != null ? SHARE : 0;
        out.writeByte(flags);
        out.writeByte(code(delivery.state()));
        out.writeShort(delivery.packetId());
        out.writeByte(delivery.qos().code());
        out.writeInt(delivery.subscriptionIdentifiers().length);
        for (int identifier : delivery.subscriptionIdentifiers()) {
            out.writeInt(identifier);
        }
        if (share != null) {
            MessageCodec.text(out, share.text());
        }
        out.writeByte(message.qos().code());
        out.writeByte(MessageCodec.flags(message.properties()));
        MessageCodec.text(out, message.topic().text());
        MessageCodec.text(out, message.publisher());
        out.writeInt(message.number());
        out.writeLong(message.acceptedAtMs());
        if (expires) {
            out.writeLong(Math.max(0, message.expiresAtMs() - nowMs));
        }
        MessageCodec.properties(out, message.properties());
        MessageCodec.block(out, message.payload());
    }

    static MovedSession session(ByteBuffer in) throws MalformedMessageException {
        String clientId = MessageCodec.text(in);
        String userName = in.get() == 0 ? null : MessageCodec.text(in);
        return new MovedSession(clientId, userName, in.getLong(), in.getLong(), List.of());
    }

    static SubscribeRequest subscription(ByteBuffer in) throws MalformedMessageException {
        SubscriptionFilter filter = filter(MessageCodec.text(in));
        Qos qos = qos(in.get());
        int flags = in.get();
        RetainHandling retainHandling = switch (in.get()) {
            case 0 -> RetainHandling.SEND;
            case 1 -> RetainHandling.SEND_IF_NEW;
            default -> RetainHandling.DO_NOT_SEND;
        };
        SubscriptionOptions options = SubscriptionOptions.of(
                qos, (flags & NO_LOCAL) != 0, (flags & RETAIN_AS_PUBLISHED) != 0, retainHandling, in.getInt());
        return new SubscribeRequest(filter, options);
    }

    static int packetId(ByteBuffer in) {
        return in.getShort() & 0xFFFF;
    }

    static Owed delivery(ByteBuffer in, long nowMs) throws MalformedMessageException {
        int flags = in.get();
        StoredDelivery.State state = state(in.get());
        int packetId = packetId(in);
        Qos qos = qos(in.get());
        int count = in.getInt();
        V1.requireFor(in, count, Integer.BYTES);
        int[] identifiers = new int[count];
        for (int i = 0; i < count; i++) {
            identifiers[i] = in.getInt();
        }
        @Nullable SubscriptionFilter share = (flags & SHARE) == 0 ? null : filter(MessageCodec.text(in));
        Message message = message(in, flags, nowMs);
        return new Owed(
                new StoredDelivery(0, message, qos, (flags & RETAIN) != 0, identifiers, share, packetId, state),
                (flags & RECENT) != 0);
    }

    private static Message message(ByteBuffer in, int flags, long nowMs) throws MalformedMessageException {
        Qos qos = qos(in.get());
        int propertyFlags = in.get();
        String topic = MessageCodec.text(in);
        String publisher = MessageCodec.text(in);
        int number = in.getInt() & Message.NUMBER_MAX;
        long acceptedAtMs = in.getLong();
        long leftMs = (flags & EXPIRES) == 0 ? Message.NEVER : in.getLong();
        long expiresAtMs = leftMs < Message.NEVER - nowMs ? nowMs + leftMs : Message.NEVER;
        var properties = MessageCodec.properties(in, propertyFlags);
        byte[] payload = MessageCodec.block(in);
        try {
            return new Message(
                    TopicName.of(topic),
                    payload,
                    qos,
                    (flags & PUBLISHED_RETAIN) != 0,
                    properties,
                    publisher,
                    acceptedAtMs,
                    expiresAtMs,
                    number);
        } catch (InvalidTopicException e) {
            throw new MalformedMessageException("A message that moves has no valid topic: " + e.getMessage());
        }
    }

    private static SubscriptionFilter filter(String text) throws MalformedMessageException {
        try {
            return SubscriptionFilter.parse(text);
        } catch (InvalidTopicException e) {
            throw new MalformedMessageException("A subscription that moves is not valid: " + e.getMessage());
        }
    }

    private static Qos qos(int code) throws MalformedMessageException {
        if (code < 0 || code > 2) {
            throw new MalformedMessageException("A QoS is " + code + "; expected 0, 1 or 2");
        }
        return Qos.of(code);
    }

    private static int code(StoredDelivery.State state) {
        return switch (state) {
            case QUEUED -> 0;
            case SENT -> 1;
            case RELEASED -> 2;
        };
    }

    private static StoredDelivery.State state(int code) throws MalformedMessageException {
        return switch (code) {
            case 0 -> StoredDelivery.State.QUEUED;
            case 1 -> StoredDelivery.State.SENT;
            case 2 -> StoredDelivery.State.RELEASED;
            default -> throw new MalformedMessageException("A delivery is in state " + code + "; expected 0 to 2");
        };
    }
}
