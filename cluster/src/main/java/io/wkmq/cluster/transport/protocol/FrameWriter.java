package io.wkmq.cluster.transport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.UserProperty;
import java.util.List;

/** Encodes frames of version 1. Stateless. {@link FrameListener} documents what each means. */
public final class FrameWriter {
    /** The version of the frames. */
    public static final int VERSION = 1;

    static final int QOS_MASK = 0x03;
    static final int RETAIN = 0x04;
    static final int PLAIN = 0x08;
    static final int GROUPS = 0x10;
    static final int EXPIRES = 0x20;
    static final int PROPERTIES = 0x40;
    static final int NUMBERED = 0x80;

    static final int UTF8_PAYLOAD = 0x01;
    static final int CONTENT_TYPE = 0x02;
    static final int RESPONSE_TOPIC = 0x04;
    static final int CORRELATION_DATA = 0x08;

    private static final int LENGTH_BYTES = 4;
    private static final int REASON_CHARS_MAX = 200;

    private FrameWriter() {}

    /** Writes {@link FrameListener#open}. */
    public static void open(ByteBuf out, long stream, long lowest) {
        int start = begin(out, FrameType.OPEN);
        out.writeByte(VERSION);
        out.writeLong(stream);
        out.writeLong(lowest);
        end(out, start);
    }

    /** Writes {@link FrameListener#opened}. */
    public static void opened(ByteBuf out, long received) {
        int start = begin(out, FrameType.OPENED);
        out.writeLong(received);
        end(out, start);
    }

    /** Writes {@link FrameListener#acknowledged}. */
    public static void acknowledgement(ByteBuf out, long seq) {
        int start = begin(out, FrameType.ACK);
        out.writeLong(seq);
        end(out, start);
    }

    /** Writes {@link FrameListener#groupRefused}. */
    public static void groupRefused(ByteBuf out, long seq, int index) {
        int start = begin(out, FrameType.GROUP_REFUSED);
        out.writeLong(seq);
        number(out, index);
        end(out, start);
    }

    /** Writes {@link FrameListener#failed}; a long reason is truncated. */
    public static void failed(ByteBuf out, long seq, String reason) {
        int start = begin(out, FrameType.FAILED);
        out.writeLong(seq);
        text(out, reason.length() > REASON_CHARS_MAX ? reason.substring(0, REASON_CHARS_MAX) : reason);
        end(out, start);
    }

    /** Writes {@link FrameListener#heartbeat}. */
    public static void heartbeat(ByteBuf out, long lowest) {
        int start = begin(out, FrameType.HEARTBEAT);
        out.writeLong(lowest);
        end(out, start);
    }

    /**
     * Writes {@link FrameListener#message}. An expiry is sent as the remaining lifetime, since the clocks of nodes differ.
     *
     * @param seq the message's number; ignored for QoS 0
     */
    public static void message(
            ByteBuf out, long seq, Message message, boolean plain, List<SubscriptionFilter> groups, long nowMs) {
        boolean expires = message.expiresAtMs() != Message.NEVER;
        MessageProperties properties = message.properties();
        boolean hasProperties = !properties.equals(MessageProperties.NONE);
        int flags = message.qos().code();
        flags |= message.retain() ? RETAIN : 0;
        flags |= plain ? PLAIN : 0;
        flags |= groups.isEmpty() ? 0 : GROUPS;
        flags |= expires ? EXPIRES : 0;
        flags |= hasProperties ? PROPERTIES : 0;
        int number = message.number();
        flags |= number != 0 ? NUMBERED : 0;
        byte[] topic = message.topic().utf8();
        byte[] payload = message.payload();
        out.ensureWritable(topic.length + payload.length + 64);
        int start = begin(out, FrameType.MESSAGE);
        out.writeByte(flags);
        if (message.qos() != Qos.AT_MOST_ONCE) {
            out.writeLong(seq);
        }
        number(out, topic.length);
        out.writeBytes(topic);
        text(out, message.publisher());
        if (number != 0) {
            out.writeInt(number);
        }
        if (expires) {
            number(out, Math.max(0, message.expiresAtMs() - nowMs));
        }
        if (!groups.isEmpty()) {
            number(out, groups.size());
            for (int i = 0; i < groups.size(); i++) {
                text(out, groups.get(i).text());
            }
        }
        if (hasProperties) {
            properties(out, properties);
        }
        out.writeBytes(payload);
        end(out, start);
    }

    private static void properties(ByteBuf out, MessageProperties properties) {
        String contentType = properties.contentType();
        String responseTopic = properties.responseTopic();
        byte[] correlationData = properties.correlationData();
        int flags = properties.payloadIsUtf8() ? UTF8_PAYLOAD : 0;
        flags |= contentType != null ? CONTENT_TYPE : 0;
        flags |= responseTopic != null ? RESPONSE_TOPIC : 0;
        flags |= correlationData != null ? CORRELATION_DATA : 0;
        out.writeByte(flags);
        if (contentType != null) {
            text(out, contentType);
        }
        if (responseTopic != null) {
            text(out, responseTopic);
        }
        if (correlationData != null) {
            number(out, correlationData.length);
            out.writeBytes(correlationData);
        }
        List<UserProperty> userProperties = properties.userProperties();
        number(out, userProperties.size());
        for (UserProperty property : userProperties) {
            text(out, property.name());
            text(out, property.value());
        }
    }

    private static int begin(ByteBuf out, int type) {
        int start = out.writerIndex();
        out.writeInt(0).writeByte(type);
        return start;
    }

    private static void end(ByteBuf out, int start) {
        out.setInt(start, out.writerIndex() - start - LENGTH_BYTES);
    }

    private static void text(ByteBuf out, String text) {
        number(out, ByteBufUtil.utf8Bytes(text));
        ByteBufUtil.writeUtf8(out, text);
    }

    private static void number(ByteBuf out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }
}
