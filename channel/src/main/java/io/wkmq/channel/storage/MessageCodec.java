package io.wkmq.channel.storage;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stored form of a message. Stateless. */
public final class MessageCodec {
    private static final int VERSION = 1;

    private static final int QOS_MASK = 0x03;
    private static final int RETAIN = 0x04;
    private static final int EXPIRES = 0x08;
    private static final int PROPERTIES = 0x10;

    private static final int UTF8_PAYLOAD = 0x01;
    private static final int CONTENT_TYPE = 0x02;
    private static final int RESPONSE_TOPIC = 0x04;
    private static final int CORRELATION_DATA = 0x08;

    private MessageCodec() {}

    public static void write(ByteWriter out, Message message) {
        boolean expires = message.expiresAtMs() != Message.NEVER;
        boolean properties = !message.properties().equals(MessageProperties.NONE);
        int flags = message.qos().code();
        flags |= message.retain() ? RETAIN : 0;
        flags |= expires ? EXPIRES : 0;
        flags |= properties ? PROPERTIES : 0;
        out.int8(VERSION).int8(flags);
        out.block(message.topic().utf8());
        out.text(message.publisher());
        out.number(message.acceptedAtMs());
        if (expires) {
            out.number(message.expiresAtMs());
        }
        if (properties) {
            write(out, message.properties());
        }
        out.block(message.payload());
    }

    public static Message read(ByteReader in) {
        return read(in, in.int8());
    }

    /** Reads a message whose version byte was read already. */
    public static Message read(ByteReader in, int version) {
        if (version != VERSION) {
            throw new CorruptDataException("A message has format " + version + "; expected " + VERSION);
        }
        int flags = in.int8();
        TopicName topic = topic(in);
        String publisher = in.text();
        long acceptedAtMs = in.number();
        long expiresAtMs = (flags & EXPIRES) == 0 ? Message.NEVER : in.number();
        MessageProperties properties = (flags & PROPERTIES) == 0 ? MessageProperties.NONE : readProperties(in);
        byte[] payload = in.block();
        return new Message(
                topic,
                payload,
                qos(flags & QOS_MASK),
                (flags & RETAIN) != 0,
                properties,
                publisher,
                acceptedAtMs,
                expiresAtMs);
    }

    public static void write(ByteWriter out, MessageProperties properties) {
        String contentType = properties.contentType();
        String responseTopic = properties.responseTopic();
        byte[] correlationData = properties.correlationData();
        int flags = properties.payloadIsUtf8() ? UTF8_PAYLOAD : 0;
        flags |= contentType != null ? CONTENT_TYPE : 0;
        flags |= responseTopic != null ? RESPONSE_TOPIC : 0;
        flags |= correlationData != null ? CORRELATION_DATA : 0;
        out.int8(flags);
        if (contentType != null) {
            out.text(contentType);
        }
        if (responseTopic != null) {
            out.text(responseTopic);
        }
        if (correlationData != null) {
            out.block(correlationData);
        }
        List<UserProperty> userProperties = properties.userProperties();
        out.number(userProperties.size());
        for (UserProperty property : userProperties) {
            out.text(property.name()).text(property.value());
        }
    }

    // the correlation data may be null, but NullAway does not see that in the compiled class
    @SuppressWarnings("NullAway")
    public static MessageProperties readProperties(ByteReader in) {
        int flags = in.int8();
        @Nullable String contentType = (flags & CONTENT_TYPE) == 0 ? null : in.text();
        @Nullable String responseTopic = (flags & RESPONSE_TOPIC) == 0 ? null : in.text();
        byte @Nullable [] correlationData = (flags & CORRELATION_DATA) == 0 ? null : in.block();
        int count = in.number(Integer.MAX_VALUE);
        List<UserProperty> userProperties = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            userProperties.add(new UserProperty(in.text(), in.text()));
        }
        try {
            return new MessageProperties(
                    (flags & UTF8_PAYLOAD) != 0, contentType, responseTopic, correlationData, userProperties);
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException("A message has stored properties that are not valid", e);
        }
    }

    public static TopicName topic(ByteReader in) {
        String text = in.text();
        try {
            return TopicName.of(text);
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException("A stored topic is not valid", e);
        }
    }

    public static Qos qos(int code) {
        if (code > 2) {
            throw new CorruptDataException("A stored QoS is " + code + "; expected 0 to 2");
        }
        return Qos.of(code);
    }
}
