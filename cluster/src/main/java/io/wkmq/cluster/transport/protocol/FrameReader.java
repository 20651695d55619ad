package io.wkmq.cluster.transport.protocol;

import io.netty.buffer.ByteBuf;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes frames of version 1 from the bytes received so far. Belongs to one connection and its thread. Arbitrary bytes are either
 * decoded or rejected with a {@link BadFrameException}.
 */
public final class FrameReader {
    /** The largest frame: the largest MQTT message and its attributes. */
    static final int FRAME_BYTES_MAX = 300 << 20;

    private static final int LENGTH_BYTES = 4;
    /** Initial capacity limit; longer lists grow as their content is read. */
    private static final int LIST_MAX = 64;

    private final FrameListener listener;
    private final Clock clock;
    private final Fields in = new Fields();
    private final RecentTexts<TopicName> topics = new RecentTexts<>(FrameReader::topic);
    private final RecentTexts<String> publishers = new RecentTexts<>(text -> text);

    /**
     * Creates a reader that calls a listener.
     *
     * @param clock used to compute the expiry of messages
     */
    public FrameReader(FrameListener listener, Clock clock) {
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Reads the next frame if all of it is buffered.
     *
     * @return whether a frame was read
     */
    public boolean read(ByteBuf bytes) throws BadFrameException {
        if (bytes.readableBytes() < LENGTH_BYTES) {
            return false;
        }
        int length = bytes.getInt(bytes.readerIndex());
        if (length < 1 || length > FRAME_BYTES_MAX) {
            throw new BadFrameException("A frame has " + length + " bytes; expected 1 to " + FRAME_BYTES_MAX);
        }
        if (bytes.readableBytes() - LENGTH_BYTES < length) {
            return false;
        }
        bytes.skipBytes(LENGTH_BYTES);
        int end = bytes.readerIndex() + length;
        in.begin(bytes, length);
        frame(in.int8());
        bytes.readerIndex(end);
        return true;
    }

    private void frame(int type) throws BadFrameException {
        switch (type) {
            case FrameType.OPEN -> {
                int version = in.int8();
                long stream = in.int64();
                long lowest = in.int64(); // later versions may have more behind it
                listener.open(version, stream, lowest);
            }
            case FrameType.OPENED -> listener.opened(onlyNumber());
            case FrameType.MESSAGE -> message();
            case FrameType.ACK -> listener.acknowledged(onlyNumber());
            case FrameType.GROUP_REFUSED -> {
                long seq = in.int64();
                long index = in.number();
                in.requireEnd();
                listener.groupRefused(seq, (int) Math.min(index, Integer.MAX_VALUE));
            }
            case FrameType.FAILED -> {
                long seq = in.int64();
                String reason = in.text();
                in.requireEnd();
                listener.failed(seq, reason);
            }
            case FrameType.HEARTBEAT -> listener.heartbeat(onlyNumber());
            default -> throw new BadFrameException("A frame has type " + type + ", which is unknown");
        }
    }

    private long onlyNumber() throws BadFrameException {
        long number = in.int64();
        in.requireEnd();
        return number;
    }

    private void message() throws BadFrameException {
        int flags = in.int8();
        Qos qos = qos(flags & FrameWriter.QOS_MASK);
        long seq = qos == Qos.AT_MOST_ONCE ? 0 : in.int64();
        TopicName topic = topics.read(in);
        String publisher = publishers.read(in);
        int number = (flags & FrameWriter.NUMBERED) == 0 ? 0 : in.int32() & Message.NUMBER_MAX;
        long nowMs = clock.millis();
        long expiresAtMs = (flags & FrameWriter.EXPIRES) == 0 ? Message.NEVER : expiry(nowMs, in.number());
        List<SubscriptionFilter> groups = (flags & FrameWriter.GROUPS) == 0 ? List.of() : groups();
        MessageProperties properties = (flags & FrameWriter.PROPERTIES) == 0 ? MessageProperties.NONE : properties();
        byte[] payload = in.bytes(in.left());
        boolean retain = (flags & FrameWriter.RETAIN) != 0;
        Message message = new Message(topic, payload, qos, retain, properties, publisher, nowMs, expiresAtMs, number);
        listener.message(seq, message, (flags & FrameWriter.PLAIN) != 0, groups);
    }

    private static Qos qos(int code) throws BadFrameException {
        if (code > 2) {
            throw new BadFrameException("A message has QoS " + code + "; expected 0 to 2");
        }
        return Qos.of(code);
    }

    private static long expiry(long nowMs, long leftMs) {
        return leftMs < Message.NEVER - nowMs ? nowMs + leftMs : Message.NEVER;
    }

    private static TopicName topic(String text) throws BadFrameException {
        try {
            return TopicName.of(text);
        } catch (InvalidTopicException e) {
            throw new BadFrameException("A message has no valid topic: " + e.getMessage(), e);
        }
    }

    private List<SubscriptionFilter> groups() throws BadFrameException {
        int count = in.count(1);
        List<SubscriptionFilter> groups = new ArrayList<>(Math.min(count, LIST_MAX));
        for (int i = 0; i < count; i++) {
            groups.add(group(in.text()));
        }
        return groups;
    }

    private static SubscriptionFilter group(String text) throws BadFrameException {
        SubscriptionFilter group;
        try {
            group = SubscriptionFilter.parse(text);
        } catch (InvalidTopicException e) {
            throw new BadFrameException("A message names no valid share group: " + e.getMessage(), e);
        }
        if (!group.shared()) {
            throw new BadFrameException("A message names a filter where a share group is expected");
        }
        return group;
    }

    // the correlation data may be null, but NullAway does not see that in the compiled class
    @SuppressWarnings("NullAway")
    private MessageProperties properties() throws BadFrameException {
        int flags = in.int8();
        @Nullable String contentType = (flags & FrameWriter.CONTENT_TYPE) == 0 ? null : in.text();
        @Nullable String responseTopic = (flags & FrameWriter.RESPONSE_TOPIC) == 0 ? null : in.text();
        byte @Nullable [] correlationData = (flags & FrameWriter.CORRELATION_DATA) == 0 ? null : in.block();
        int count = in.count(2);
        List<UserProperty> userProperties = new ArrayList<>(Math.min(count, LIST_MAX));
        for (int i = 0; i < count; i++) {
            userProperties.add(new UserProperty(in.text(), in.text()));
        }
        try {
            return new MessageProperties(
                    (flags & FrameWriter.UTF8_PAYLOAD) != 0,
                    contentType,
                    responseTopic,
                    correlationData,
                    userProperties);
        } catch (IllegalArgumentException e) {
            throw new BadFrameException("A message has no valid properties: " + e.getMessage(), e);
        }
    }
}
