package io.wkmq.cluster.sessions.protocol;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.Will;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of {@link V1} that carries wills. Stateless. */
final class WillCodec {
    private static final int PRESENT = 0x01;
    private static final int RETAIN = 0x02;
    private static final int UTF8_PAYLOAD = 0x04;
    private static final int CONTENT_TYPE = 0x08;
    private static final int RESPONSE_TOPIC = 0x10;
    private static final int CORRELATION_DATA = 0x20;
    private static final int USER_NAME = 0x40;
    private static final int ENTRY_BYTES_MIN = Long.BYTES + Integer.BYTES + 1;

    private WillCodec() {}

    static byte[] encode(int version, int type, Guard guard) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(version);
            out.writeByte(type);
            out.writeInt(guard.wills().size());
            out.writeLong(guard.incarnation());
            out.writeLong(guard.number());
            out.writeByte(guard.first() ? 1 : 0);
            for (Guarded guarded : guard.wills()) {
                out.writeLong(guarded.epoch());
                text(out, guarded.clientId());
                Will will = guarded.will();
                if (will == null) {
                    out.writeByte(0);
                } else {
                    will(out, will, guarded.delaySeconds());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A will could not be written into memory", e);
        }
        return bytes.toByteArray();
    }

    private static void will(DataOutputStream out, Will will, long delaySeconds) throws IOException {
        MessageProperties properties = will.properties();
        String userName = will.userName();
        int flags = PRESENT | (will.retain() ? RETAIN : 0) | (userName != null ? USER_NAME : 0);
        out.writeByte(flags | flags(properties));
        out.writeByte(will.qos().code());
        out.writeLong(delaySeconds);
        out.writeLong(will.delaySeconds());
        out.writeLong(will.expirySeconds());
        text(out, will.topic().text());
        block(out, will.payload());
        properties(out, properties);
        if (userName != null) {
            text(out, userName);
        }
    }

    /** Which properties there are, in four of eight bits. */
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

    static Guard decode(ByteBuffer in, int count) throws MalformedSessionMessageException {
        long incarnation = in.getLong();
        long number = in.getLong();
        boolean first = in.get() != 0;
        V1.requireFor(in, count, ENTRY_BYTES_MIN);
        List<Guarded> wills = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            wills.add(guarded(in));
        }
        return new Guard(incarnation, number, first, wills);
    }

    private static Guarded guarded(ByteBuffer in) throws MalformedSessionMessageException {
        long epoch = V1.epoch(in);
        String clientId = text(in);
        int flags = in.get();
        if ((flags & PRESENT) == 0) {
            return new Guarded(clientId, epoch, null, 0);
        }
        int qos = in.get();
        if (qos < 0 || qos > 2) {
            throw new MalformedSessionMessageException("A will has QoS " + qos + "; expected 0, 1 or 2");
        }
        long delaySeconds = seconds(in, 0);
        long ownDelaySeconds = seconds(in, 0);
        long expirySeconds = seconds(in, -1);
        String topic = text(in);
        byte[] payload = block(in);
        MessageProperties properties = properties(in, flags);
        @Nullable String userName = (flags & USER_NAME) == 0 ? null : text(in);
        try {
            boolean retain = (flags & RETAIN) != 0;
            Will will = new Will(
                    TopicName.of(topic),
                    payload,
                    Qos.of(qos),
                    retain,
                    properties,
                    expirySeconds,
                    ownDelaySeconds,
                    userName);
            return new Guarded(clientId, epoch, will, delaySeconds);
        } catch (InvalidTopicException e) {
            throw new MalformedSessionMessageException("A will goes to no topic: " + e.getMessage());
        }
    }

    private static long seconds(ByteBuffer in, long min) throws MalformedSessionMessageException {
        long seconds = in.getLong();
        if (seconds < min || seconds > 0xFFFF_FFFFL) {
            throw new MalformedSessionMessageException(
                    "A will has a time of " + seconds + " s; expected " + min + " to " + 0xFFFF_FFFFL);
        }
        return seconds;
    }

    // the correlation data may be null, but NullAway does not see that in the compiled class
    @SuppressWarnings("NullAway")
    static MessageProperties properties(ByteBuffer in, int flags) throws MalformedSessionMessageException {
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
            throw new MalformedSessionMessageException("A will has no valid properties: " + e.getMessage());
        }
    }

    static String text(ByteBuffer in) throws MalformedSessionMessageException {
        return new String(block(in), StandardCharsets.UTF_8);
    }

    static byte[] block(ByteBuffer in) throws MalformedSessionMessageException {
        int length = in.getInt();
        V1.requireFor(in, length, 1);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
