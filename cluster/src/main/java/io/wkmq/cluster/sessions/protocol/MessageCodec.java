package io.wkmq.cluster.sessions.protocol;

import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.UserProperty;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes texts, byte blocks and properties, of which wills and the messages of moving sessions consist. Stateless. */
final class MessageCodec {
    private static final int UTF8_PAYLOAD = 0x04;
    private static final int CONTENT_TYPE = 0x08;
    private static final int RESPONSE_TOPIC = 0x10;
    private static final int CORRELATION_DATA = 0x20;

    private MessageCodec() {}

    /** Returns which properties are present, in four of eight bits. */
    static int flags(MessageProperties properties) {
        int flags = properties.payloadIsUtf8() ? UTF8_PAYLOAD : 0;
        flags |= properties.contentType() != null ? CONTENT_TYPE : 0;
        flags |= properties.responseTopic() != null ? RESPONSE_TOPIC : 0;
        flags |= properties.correlationData() != null ? CORRELATION_DATA : 0;
        return flags;
    }

    static void properties(DataOutputStream out, MessageProperties properties) throws IOException {
        String contentType = properties.contentType();
        String responseTopic = properties.responseTopic();
        byte[] correlationData = properties.correlationData();
        if (contentType != null) {
            text(out, contentType);
        }
        if (responseTopic != null) {
            text(out, responseTopic);
        }
        if (correlationData != null) {
            block(out, correlationData);
        }
        List<UserProperty> userProperties = properties.userProperties();
        out.writeInt(userProperties.size());
        for (UserProperty property : userProperties) {
            text(out, property.name());
            text(out, property.value());
        }
    }

    static void text(DataOutputStream out, String text) throws IOException {
        block(out, text.getBytes(StandardCharsets.UTF_8));
    }

    static void block(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    // the correlation data may be null, but NullAway does not see that in the compiled class
    @SuppressWarnings("NullAway")
    static MessageProperties properties(ByteBuffer in, int flags) throws MalformedMessageException {
        @Nullable String contentType = (flags & CONTENT_TYPE) == 0 ? null : text(in);
        @Nullable String responseTopic = (flags & RESPONSE_TOPIC) == 0 ? null : text(in);
        byte @Nullable [] correlationData = (flags & CORRELATION_DATA) == 0 ? null : block(in);
        int count = in.getInt();
        V1.requireFor(in, count, 2 * Integer.BYTES);
        List<UserProperty> userProperties = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            userProperties.add(new UserProperty(text(in), text(in)));
        }
        try {
            return new MessageProperties(
                    (flags & UTF8_PAYLOAD) != 0, contentType, responseTopic, correlationData, userProperties);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("A message has no valid properties: " + e.getMessage());
        }
    }

    static String text(ByteBuffer in) throws MalformedMessageException {
        return new String(block(in), StandardCharsets.UTF_8);
    }

    static byte[] block(ByteBuffer in) throws MalformedMessageException {
        int length = in.getInt();
        V1.requireFor(in, length, 1);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
