package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.wkmq.broker.packet.Packet;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes in place the packets that make up nearly all traffic: PUBLISH with a plain topic and without DUP, acknowledgements of
 * two bytes, SUBSCRIBE of plain filters without properties, and PINGREQ. Whatever is not known to be valid is left to the
 * HiveMQ decoders, so this class can only ever accept; a test proves that it accepts nothing they refuse, and decodes it
 * equally. Stateless.
 */
final class FastPath {
    private static final Packet.Pingreq PINGREQ = new Packet.Pingreq();
    private static final List<RetainHandling> RETAIN_HANDLINGS =
            List.of(RetainHandling.values()); // ordered by their codes

    private FastPath() {}

    /**
     * Decodes a packet.
     *
     * @param header the first byte
     * @param in holds the body from {@code start} to {@code end}
     * @return null if the HiveMQ decoders must decide
     */
    static Packet.@Nullable Inbound read(int header, ByteBuf in, int start, int end, boolean mqtt5, TopicCache topics) {
        return switch (header) {
            case 0x30, 0x31, 0x32, 0x33, 0x34, 0x35 -> publish(header, in, start, end, mqtt5, topics);
            case 0x40, 0x50, 0x62, 0x70 -> acknowledgement(header, in, start, end);
            case 0x82 -> subscribe(in, start, end, mqtt5);
            case 0xC0 -> start == end ? PINGREQ : null;
            default -> null;
        };
    }

    private static Packet.@Nullable Inbound publish(
            int header, ByteBuf in, int start, int end, boolean mqtt5, TopicCache topics) {
        int qos = header >> 1 & 3;
        int idBytes = qos == 0 ? 0 : 2;
        if (end - start < 2) {
            return null;
        }
        int topicLength = in.getUnsignedShort(start);
        int index = start + 2 + topicLength;
        if (index + idBytes + (mqtt5 ? 1 : 0) > end) {
            return null;
        }
        int id = qos == 0 ? 0 : in.getUnsignedShort(index);
        if ((id == 0) != (qos == 0)) {
            return null;
        }
        index += idBytes;
        int alias = 0;
        long expirySeconds = -1;
        MessageProperties travelling = MessageProperties.NONE;
        if (mqtt5 && in.getByte(index) == 0) {
            index++;
        } else if (mqtt5) {
            InPlaceProperties properties = InPlaceProperties.read(in, index, end);
            if (properties == null) {
                return null;
            }
            index = properties.end();
            alias = properties.alias();
            expirySeconds = properties.expirySeconds();
            travelling = properties.travelling();
        }
        TopicName topic = alias == 0
                ? topics.plain(in, start + 2, topicLength)
                : topics.aliased(alias, in, start + 2, topicLength);
        if (topic == null) {
            return null;
        }
        byte[] payload = MqttText.EMPTY;
        if (index < end) {
            payload = new byte[end - index];
            in.getBytes(index, payload);
        }
        return new Packet.Publish(topic, payload, Qos.of(qos), (header & 1) != 0, false, id, travelling, expirySeconds);
    }

    private static Packet.@Nullable Inbound subscribe(ByteBuf in, int start, int end, boolean mqtt5) {
        int index = start + (mqtt5 ? 3 : 2);
        if (index >= end || in.getUnsignedShort(start) == 0 || (mqtt5 && in.getByte(start + 2) != 0)) {
            return null;
        }
        int id = in.getUnsignedShort(start);
        List<Packet.Subscribe.Entry> entries = new ArrayList<>(1);
        while (index < end) {
            int optionsAt = index + 2 < end ? index + 2 + in.getUnsignedShort(index) : end;
            SubscriptionOptions options = optionsAt < end ? options(in.getByte(optionsAt), mqtt5) : null;
            String filter = options == null ? null : plainFilter(in, index + 2, optionsAt);
            if (options == null || filter == null) {
                return null;
            }
            entries.add(new Packet.Subscribe.Entry(filter, options));
            index = optionsAt + 1;
        }
        return new Packet.Subscribe(id, entries, List.of());
    }

    /** Returns the subscription options encoded by a byte; null if it is not known to be valid. */
    private static @Nullable SubscriptionOptions options(int code, boolean mqtt5) {
        int qos = code & 3;
        int retainHandling = code >> 4;
        if (qos == 3 || retainHandling < 0 || retainHandling > 2 || (!mqtt5 && code > 2)) {
            return null;
        }
        return SubscriptionOptions.of(
                Qos.of(qos), (code & 4) != 0, (code & 8) != 0, RETAIN_HANDLINGS.get(retainHandling), 0);
    }

    /** Returns the filter if it is printable ASCII and does not begin with '$': shared subscriptions have rules of their own. */
    private static @Nullable String plainFilter(ByteBuf in, int from, int to) {
        if (from == to || in.getByte(from) == '$') {
            return null;
        }
        byte[] bytes = new byte[to - from];
        in.getBytes(from, bytes);
        for (byte b : bytes) {
            if (b < 0x20 || b == 0x7F) { // 0x80 and above are negative
                return null;
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static Packet.@Nullable Inbound acknowledgement(int header, ByteBuf in, int start, int end) {
        if (end - start != 2) {
            return null;
        }
        int id = in.getUnsignedShort(start);
        if (id == 0) {
            return null;
        }
        return switch (header) {
            case 0x40 -> new Packet.Puback(id, ReasonCode.SUCCESS, null);
            case 0x50 -> new Packet.Pubrec(id, ReasonCode.SUCCESS, null);
            case 0x62 -> new Packet.Pubrel(id, ReasonCode.SUCCESS);
            default -> new Packet.Pubcomp(id, ReasonCode.SUCCESS);
        };
    }
}
