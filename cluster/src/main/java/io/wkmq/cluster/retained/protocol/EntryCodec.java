package io.wkmq.cluster.retained.protocol;

import io.wkmq.cluster.wire.ByteReader;
import io.wkmq.cluster.wire.ByteWriter;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.StampedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Encodes the retained message of a topic. Stateless. */
final class EntryCodec {
    private static final int QOS_MASK = 0x03;
    private static final int EXPIRES = 0x04;
    private static final int PROPERTIES = 0x08;
    private static final int FLAGS = 0x0F;

    private static final int UTF8_PAYLOAD = 0x01;
    private static final int CONTENT_TYPE = 0x02;
    private static final int RESPONSE_TOPIC = 0x04;
    private static final int CORRELATION_DATA = 0x08;

    private EntryCodec() {}

    static void write(ByteWriter out, StampedMessage message) {
        boolean expires = message.expiresAtMs() != Message.NEVER;
        MessageProperties properties = message.properties();
        boolean some = !properties.equals(MessageProperties.NONE);
        UUID node = message.node().value();
        out.u8(message.qos().code() | (expires ? EXPIRES : 0) | (some ? PROPERTIES : 0));
        out.i64(message.time());
        out.i64(node.getMostSignificantBits());
        out.i64(node.getLeastSignificantBits());
        out.bytes(message.topic().utf8());
        out.text(message.publisher());
        out.i64(message.acceptedAtMs());
        if (expires) {
            out.i64(message.expiresAtMs());
        }
        if (some) {
            write(out, properties);
        }
        out.bytes(message.payload());
    }

    private static void write(ByteWriter out, MessageProperties properties) {
        String contentType = properties.contentType();
        String responseTopic = properties.responseTopic();
        byte[] correlationData = properties.correlationData();
        out.u8((properties.payloadIsUtf8() ? UTF8_PAYLOAD : 0)
                | (contentType == null ? 0 : CONTENT_TYPE)
                | (responseTopic == null ? 0 : RESPONSE_TOPIC)
                | (correlationData == null ? 0 : CORRELATION_DATA));
        if (contentType != null) {
            out.text(contentType);
        }
        if (responseTopic != null) {
            out.text(responseTopic);
        }
        if (correlationData != null) {
            out.bytes(correlationData);
        }
        List<UserProperty> userProperties = properties.userProperties();
        out.number(userProperties.size());
        for (UserProperty property : userProperties) {
            out.text(property.name());
            out.text(property.value());
        }
    }

    static StampedMessage read(ByteReader in) throws MalformedMessageException {
        int flags = in.u8();
        int qos = flags & QOS_MASK;
        if ((flags & ~FLAGS) != 0 || qos > 2) {
            throw new MalformedMessageException(
                    "A retained message has the flags " + flags + "; expected 0 to " + FLAGS + " with a QoS of 0 to 2");
        }
        long time = in.i64();
        if (time < 0 || time > StampedMessage.TIME_MAX) {
            throw new MalformedMessageException(
                    "A stamp has the time " + time + "; expected 0 to " + StampedMessage.TIME_MAX);
        }
        NodeId node = new NodeId(new UUID(in.i64(), in.i64()));
        TopicName topic = topic(in);
        String publisher = in.text();
        long acceptedAtMs = in.i64();
        long expiresAtMs = (flags & EXPIRES) == 0 ? Message.NEVER : in.i64();
        MessageProperties properties = (flags & PROPERTIES) == 0 ? MessageProperties.NONE : properties(in);
        byte[] payload = in.bytes();
        return new StampedMessage(
                new Message(topic, payload, Qos.of(qos), true, properties, publisher, acceptedAtMs, expiresAtMs),
                time,
                node);
    }

    static TopicName topic(ByteReader in) throws MalformedMessageException {
        try {
            return TopicName.of(in.text());
        } catch (InvalidTopicException e) {
            throw new MalformedMessageException("A message is in no topic: " + e.getMessage());
        }
    }

    // the correlation data may be null, but NullAway does not see that in the compiled class
    @SuppressWarnings("NullAway")
    private static MessageProperties properties(ByteReader in) throws MalformedMessageException {
        int flags = in.u8();
        @Nullable String contentType = (flags & CONTENT_TYPE) == 0 ? null : in.text();
        @Nullable String responseTopic = (flags & RESPONSE_TOPIC) == 0 ? null : in.text();
        byte @Nullable [] correlationData = (flags & CORRELATION_DATA) == 0 ? null : in.bytes();
        int count = in.number();
        List<UserProperty> userProperties = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            userProperties.add(new UserProperty(in.text(), in.text()));
        }
        try {
            return new MessageProperties(
                    (flags & UTF8_PAYLOAD) != 0, contentType, responseTopic, correlationData, userProperties);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("A message has no valid properties: " + e.getMessage());
        }
    }
}
