package io.wkmq.broker.codec;

import com.hivemq.mqtt.message.Message;
import com.hivemq.mqtt.message.connect.CONNECT;
import io.netty.buffer.ByteBuf;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.session.ReasonCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one packet from its bytes, by the HiveMQ decoders plus the rules that they do not check. One per connection: it keeps
 * what CONNECT determines about later packets.
 */
final class PacketReader {
    static final int CONNECT = 1;
    static final int PUBLISH = 3;
    static final int PUBREL = 6;
    static final int SUBSCRIBE = 8;
    static final int UNSUBSCRIBE = 10;
    static final int DISCONNECT = 14;
    static final int AUTH = 15;

    private final boolean fastPath;
    private final TopicCache topics = new TopicCache();
    private final FromHiveMq converter;

    private @Nullable ProtocolVersion version;
    private @Nullable String authenticationMethod;
    private long sessionExpirySeconds;

    PacketReader(DecoderLimits limits) {
        this.fastPath = limits.fastPath();
        this.converter = new FromHiveMq(limits, topics);
    }

    /** Returns the version that CONNECT stated, or null. */
    @Nullable
    ProtocolVersion version() {
        return version;
    }

    /** Returns whether CONNECT named an authentication method. */
    boolean enhancedAuthentication() {
        return authenticationMethod != null;
    }

    /** Notes that CONNECT is accepted, with this Topic Alias Maximum. */
    void accepted(int topicAliasMaximum) {
        if (topicAliasMaximum > 0 && version == ProtocolVersion.MQTT_5) {
            topics.allowAliases(topicAliasMaximum);
        }
    }

    /**
     * Decodes a packet.
     *
     * @param header the first byte
     * @param minimal whether the remaining length used as few bytes as possible
     * @param in holds the body from {@code start} to {@code end}; its indexes are not changed
     * @throws MqttProtocolException if the packet is not valid
     */
    Packet.Inbound read(int header, boolean minimal, ByteBuf in, int start, int end) {
        if (header >> 4 == CONNECT) {
            Packet.Inbound connect = connect(header, in, start, end);
            requireMinimal(minimal);
            return connect;
        }
        requireMinimal(minimal);
        if (fastPath) {
            Packet.Inbound packet = FastPath.read(header, in, start, end, version == ProtocolVersion.MQTT_5, topics);
            if (packet != null) {
                if (packet instanceof Packet.Publish publish) {
                    converter.requireFormat(publish.properties(), publish.payload());
                }
                return packet;
            }
        }
        return other(header, in, start, end);
    }

    /** Requires a remaining length of minimal size; MQTT 3 does not. */
    private void requireMinimal(boolean minimal) {
        if (!minimal && version == ProtocolVersion.MQTT_5) {
            throw MqttProtocolException.malformed("The remaining length has more bytes than needed [MQTT-1.5.5-1]");
        }
    }

    /**
     * Determines the version from the start of CONNECT.
     *
     * @return false if there are too few bytes yet
     */
    boolean findVersion(ByteBuf in, int start, int end) {
        if (end - start < 2) {
            return false;
        }
        int nameLength = in.getUnsignedShort(start);
        if (nameLength != 4 && nameLength != 6) {
            throw unknownProtocol("has " + nameLength + " bytes");
        }
        int levelAt = start + 2 + nameLength;
        if (levelAt >= end) {
            return false;
        }
        int level = in.getUnsignedByte(levelAt);
        boolean mqtt = nameLength == 4 && in.getInt(start + 2) == 0x4D515454; // "MQTT"
        boolean mqisdp = nameLength == 6 && in.getInt(start + 2) == 0x4D514973 && in.getShort(start + 6) == 0x6470;
        if (mqtt && level == 5) {
            version = ProtocolVersion.MQTT_5;
        } else if (mqtt && level == 4) {
            version = ProtocolVersion.MQTT_3_1_1;
        } else if (mqisdp && level == 3) {
            version = ProtocolVersion.MQTT_3_1;
        } else if (mqtt || mqisdp) {
            throw new MqttProtocolException(
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                    "CONNECT has the protocol level " + level + "; expected MQTT 3.1, 3.1.1 or 5 [MQTT-3.1.2-2]");
        } else {
            throw unknownProtocol("is neither MQTT nor MQIsdp");
        }
        return true;
    }

    /** Returns the error for a client that does not speak MQTT; it gets no answer. */
    private static MqttProtocolException unknownProtocol(String why) {
        return MqttProtocolException.protocolError("The protocol name of CONNECT " + why + " [MQTT-3.1.2-1]");
    }

    private Packet.Inbound connect(int header, ByteBuf in, int start, int end) {
        if (!findVersion(in, start, end)) {
            throw MqttProtocolException.malformed("CONNECT ends before the protocol level");
        }
        ProtocolVersion found = Objects.requireNonNull(version);
        HiveMqContext context = new HiveMqContext(found);
        ByteBuf body = in.slice(start, end - start);
        CONNECT message = guarded(() -> HiveMqDecoders.SHARED.connect(context, header, body));
        requireReadToEnd(body);
        if (!found.isMqtt5()) {
            Mqtt3Texts.connect(in, start, end, found);
        }
        Packet.Connect connect = converter.connect(found, message, context.isClientIdAssigned());
        authenticationMethod = connect.authenticationMethod();
        sessionExpirySeconds = connect.sessionExpirySeconds();
        return connect;
    }

    private Packet.Inbound other(int header, ByteBuf in, int start, int end) {
        ProtocolVersion known = Objects.requireNonNull(version, "CONNECT was not read");
        int canonical = canonical(header, known);
        HiveMqContext context = new OneCall(known, topics, sessionExpirySeconds);
        ByteBuf body = in.slice(start, end - start);
        Message message = guarded(() -> HiveMqDecoders.SHARED.decode(context, canonical, body));
        requireReadToEnd(body);
        if (!known.isMqtt5()) {
            requireWellFormed(header >> 4, in, start, end);
        }
        return converter.packet(message, authenticationMethod);
    }

    /** Runs a HiveMQ decoder and converts all its ways of failing to {@link MqttProtocolException}. */
    private static <M> M guarded(Decoding<M> decoding) {
        try {
            M message = decoding.run();
            if (message == null) {
                throw MqttProtocolException.malformed("The packet is not valid");
            }
            return message;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            // thrown by the decoders for a field that is cut off or out of range
            throw MqttProtocolException.malformed("The packet is cut off, or a field is out of range");
        }
    }

    private static void requireReadToEnd(ByteBuf body) {
        if (body.isReadable()) {
            throw MqttProtocolException.malformed(body.readableBytes() + " bytes follow the last field of the packet");
        }
    }

    private static void requireWellFormed(int type, ByteBuf in, int start, int end) {
        switch (type) {
            case PUBLISH -> Mqtt3Texts.publish(in, start, end);
            case SUBSCRIBE -> Mqtt3Texts.subscribe(in, start, end);
            case UNSUBSCRIBE -> Mqtt3Texts.unsubscribe(in, start, end);
            default -> {}
        }
    }

    /**
     * Checks the flags of the fixed header [MQTT-2.1.3-1] and returns the header with the flags of its type. MQTT 3.1 did not
     * reserve them: a PUBREL, SUBSCRIBE or UNSUBSCRIBE that is sent again has DUP set.
     */
    private static int canonical(int header, ProtocolVersion version) {
        int type = header >> 4;
        if (type == PUBLISH) {
            return header;
        }
        int flags = type == PUBREL || type == SUBSCRIBE || type == UNSUBSCRIBE ? 2 : 0;
        if ((header & 0x0F) != flags && version != ProtocolVersion.MQTT_3_1) {
            throw MqttProtocolException.malformed("The flags of a packet of type " + type + " are " + (header & 0x0F)
                    + "; expected " + flags + " [MQTT-2.1.3-1]");
        }
        return type << 4 | flags;
    }

    private interface Decoding<M> {
        @Nullable
        M run();
    }

    /** The context of one packet after CONNECT. */
    private static final class OneCall extends HiveMqContext {
        private final TopicCache topics;

        OneCall(ProtocolVersion version, TopicCache topics, long sessionExpirySeconds) {
            super(version);
            this.topics = topics;
            setClientSessionExpiryInterval(sessionExpirySeconds);
        }

        @Override
        public String[] getTopicAliasMapping() {
            return topics.aliased();
        }
    }
}
