package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Delivery;

/**
 * Writes deliveries as PUBLISH packets directly into a buffer, without allocating unless it sets a topic alias. One per
 * connection, confined to its event loop: it tracks the topic aliases known to the client, so everything it writes must reach
 * the client, in order.
 */
public final class PublishEncoder {
    private static final int MESSAGE_EXPIRY_INTERVAL = 0x02;
    private static final int SUBSCRIPTION_IDENTIFIER = 0x0B;
    private static final int TOPIC_ALIAS = 0x23;
    private static final int ALIAS_BYTES = 3;
    private static final int EXPIRY_BYTES = 5;

    private final boolean mqtt5;
    private final long maximumPacketSize;
    private final OutboundAliases aliases;

    /**
     * Creates an encoder for the client that sent this CONNECT.
     *
     * @param connect the client's CONNECT
     * @param topicAliasesMax most topic aliases used, whatever the client allows; 0 for none
     */
    public PublishEncoder(Packet.Connect connect, int topicAliasesMax) {
        this(connect.version(), connect.maximumPacketSize(), Math.min(connect.topicAliasMaximum(), topicAliasesMax));
    }

    /**
     * Creates an encoder for any client.
     *
     * @param version the client's version
     * @param maximumPacketSize the largest packet that the client accepts, or {@link PacketEncoder#NO_LIMIT}
     * @param topicAliases most topic aliases used, 0 for none
     */
    public PublishEncoder(ProtocolVersion version, long maximumPacketSize, int topicAliases) {
        this.mqtt5 = version.isMqtt5();
        this.maximumPacketSize = maximumPacketSize < 0 ? DecoderLimits.LARGEST_PACKET : maximumPacketSize;
        this.aliases = new OutboundAliases(mqtt5 ? topicAliases : 0);
    }

    /**
     * Returns an upper bound for the bytes that {@link #write} appends for the delivery; exact if no topic alias is used.
     *
     * @param message the delivery's message as this client sees it: its topic may differ from that inside the broker
     */
    public int size(Delivery delivery, Message message) {
        return size(message, delivery.qos(), delivery.subscriptionIdentifiers())
                + (aliases.enabled() ? ALIAS_BYTES : 0);
    }

    /**
     * Appends the delivery to {@code out}.
     *
     * @param message the delivery's message as this client sees it
     * @param duplicate the DUP flag
     * @param nowMs the time in ms since the epoch, from which the remaining message expiry is computed [MQTT-3.3.2-6]
     * @return false if it exceeds the client's Maximum Packet Size; nothing was written then [MQTT-3.1.2-24]
     */
    public boolean write(Delivery delivery, Message message, boolean duplicate, long nowMs, ByteBuf out) {
        int flags = (duplicate ? 8 : 0) | delivery.qos().code() << 1 | (delivery.retain() ? 1 : 0);
        return write(
                message, delivery.qos(), flags, delivery.packetId(), delivery.subscriptionIdentifiers(), nowMs, out);
    }

    int size(Message message, Qos qos, int[] identifiers) {
        int properties = mqtt5 ? propertiesLength(message, identifiers) : 0;
        int topicLength = message.topic().utf8().length;
        return packetSize(remaining(message, qos, topicLength, properties));
    }

    boolean write(Message message, Qos qos, int flags, int packetId, int[] identifiers, long nowMs, ByteBuf out) {
        TopicName topic = message.topic();
        int properties = mqtt5 ? propertiesLength(message, identifiers) : 0;
        int alias = aliases.enabled() ? aliases.known(topic) : 0;
        byte[] name = alias > 0 ? MqttText.EMPTY : topic.utf8();
        int remaining = remaining(message, qos, name.length, alias > 0 ? properties + ALIAS_BYTES : properties);
        if (packetSize(remaining) > maximumPacketSize) {
            return false;
        }
        if (alias == 0 && aliases.enabled() && name.length > ALIAS_BYTES) {
            int withAlias = remaining(message, qos, name.length, properties + ALIAS_BYTES);
            if (packetSize(withAlias) <= maximumPacketSize) {
                alias = aliases.assign(topic);
                remaining = withAlias;
            }
        }
        out.ensureWritable(packetSize(remaining));
        out.writeByte(0x30 | flags);
        writeVariable(remaining, out);
        out.writeShort(name.length);
        out.writeBytes(name);
        if (qos != Qos.AT_MOST_ONCE) {
            out.writeShort(packetId);
        }
        if (mqtt5) {
            writeVariable(alias > 0 ? properties + ALIAS_BYTES : properties, out);
            if (alias > 0) {
                out.writeByte(TOPIC_ALIAS).writeShort(alias);
            }
            if (properties > 0) {
                writeProperties(message, identifiers, nowMs, out);
            }
        }
        out.writeBytes(message.payload());
        return true;
    }

    /** Returns the number of bytes after the fixed header. */
    private int remaining(Message message, Qos qos, int topicLength, int properties) {
        int id = qos == Qos.AT_MOST_ONCE ? 0 : 2;
        int length = mqtt5 ? variableSize(properties) + properties : 0;
        return 2 + topicLength + id + length + message.payload().length;
    }

    private static int packetSize(int remaining) {
        return 1 + variableSize(remaining) + remaining;
    }

    private static int propertiesLength(Message message, int[] identifiers) {
        int length = message.expiresAtMs() == Message.NEVER ? 0 : EXPIRY_BYTES;
        length += message.properties().encoded().length;
        for (int identifier : identifiers) {
            length += 1 + variableSize(identifier);
        }
        return length;
    }

    private static void writeProperties(Message message, int[] identifiers, long nowMs, ByteBuf out) {
        if (message.expiresAtMs() != Message.NEVER) {
            long leftMs = Math.max(0, message.expiresAtMs() - nowMs);
            out.writeByte(MESSAGE_EXPIRY_INTERVAL).writeInt((int) ((leftMs + 999) / 1000));
        }
        out.writeBytes(message.properties().encoded());
        for (int identifier : identifiers) {
            out.writeByte(SUBSCRIPTION_IDENTIFIER);
            writeVariable(identifier, out);
        }
    }

    private static int variableSize(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    private static void writeVariable(int value, ByteBuf out) {
        int rest = value;
        while (rest >= 0x80) {
            out.writeByte((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
