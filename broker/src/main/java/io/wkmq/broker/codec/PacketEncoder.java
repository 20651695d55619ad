package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.Qos;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.ReasonCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the packets that the server sends, except PUBLISH, for which see {@link PublishEncoder}. Immutable; one per
 * connection, because it depends on CONNECT. A reason string and user properties are omitted where the client does not want
 * them [MQTT-3.1.2-29] or where they would make the packet too large for it [MQTT-3.2.2-19], [MQTT-3.4.2-2], [MQTT-3.14.2-3].
 * An error that a packet cannot express is written as 0x80.
 */
public final class PacketEncoder {
    /** Stands for the absence of a Maximum Packet Size. */
    public static final long NO_LIMIT = -1;

    /** Most reasons of a SUBACK written in place; its remaining length then fits one byte. */
    private static final int SHORT_MAX = 100;

    private static final int PUBACK = 0x40;
    private static final int PUBREC = 0x50;
    private static final int USER_PROPERTY = 0x26;

    /** Most bytes of properties written in place; the remaining length then fits two bytes. */
    private static final int PROPERTIES_MAX = 16_000;

    private final ProtocolVersion version;
    private final HiveMqEncoders encoders;

    /**
     * Creates an encoder for the client that sent this CONNECT.
     *
     * @param connect the client's CONNECT
     */
    public PacketEncoder(Packet.Connect connect) {
        this(connect.version(), connect.maximumPacketSize(), connect.requestProblemInformation());
    }

    /**
     * Creates an encoder for any client.
     *
     * @param version the client's version
     * @param maximumPacketSize the largest packet that the client accepts, or {@link #NO_LIMIT}
     * @param problemInformation whether the client wants reason strings and user properties in all packets
     */
    public PacketEncoder(ProtocolVersion version, long maximumPacketSize, boolean problemInformation) {
        this.version = version;
        this.encoders = new HiveMqEncoders(version, maximumPacketSize, problemInformation);
    }

    /**
     * Returns an encoder for refusing a CONNECT that could not be decoded.
     *
     * @param version {@link MqttDecoder#version()}; null selects the form that all versions have in common
     */
    public static PacketEncoder forRefusal(@Nullable ProtocolVersion version) {
        return new PacketEncoder(version == null ? ProtocolVersion.MQTT_3_1_1 : version, NO_LIMIT, true);
    }

    /**
     * Appends the packet to {@code out}.
     *
     * @return false if nothing was written: the packet is too large for the client even without its optional parts, or the
     *     client's version has no such packet. MQTT 3 has no DISCONNECT from the server, and no CONNACK for a malformed CONNECT
     *     (3.1.1: [MQTT-3.1.4-1]); the connection is just closed.
     */
    public boolean encode(Packet.Outbound packet, ByteBuf out) {
        if (packet instanceof Packet.Puback ack && plain(ack.reason(), ack.reasonString(), ack.userProperties())) {
            puback(ack.packetId(), out);
        } else if (packet instanceof Packet.Pubrec ack
                && plain(ack.reason(), ack.reasonString(), ack.userProperties())) {
            pubrec(ack.packetId(), out);
        } else if (packet instanceof Packet.Puback ack && success(ack.reason(), ack.reasonString())) {
            return placed(PUBACK, ack.packetId(), ack.userProperties(), out) || encoders.encode(packet, out);
        } else if (packet instanceof Packet.Pubrec ack && success(ack.reason(), ack.reasonString())) {
            return placed(PUBREC, ack.packetId(), ack.userProperties(), out) || encoders.encode(packet, out);
        } else if (packet instanceof Packet.Pubrel release && plain(release.reason(), null, List.of())) {
            pubrel(release.packetId(), out);
        } else if (packet instanceof Packet.Pubcomp complete && plain(complete.reason(), null, List.of())) {
            pubcomp(complete.packetId(), out);
        } else if (packet instanceof Packet.Pingresp) {
            pingresp(out);
        } else if (packet instanceof Packet.Suback ack && plain(ack)) {
            suback(ack, out);
        } else {
            return encoders.encode(packet, out);
        }
        return true;
    }

    /** Returns whether an acknowledgement takes the form of four bytes; in MQTT 3 it always does [MQTT-3.4.2-1]. */
    private boolean plain(ReasonCode reason, @Nullable String reasonString, List<UserProperty> properties) {
        return !version.isMqtt5() || (success(reason, reasonString) && properties.isEmpty());
    }

    private static boolean success(ReasonCode reason, @Nullable String reasonString) {
        return reason == ReasonCode.SUCCESS && reasonString == null;
    }

    /**
     * Appends a successful acknowledgement with user properties, as sent for each message of a channel.
     *
     * @return false if nothing was written: the client does not accept the properties, or they are unusually long
     */
    private boolean placed(int header, int packetId, List<UserProperty> properties, ByteBuf out) {
        int length = 0;
        for (int i = 0; i < properties.size(); i++) {
            UserProperty property = properties.get(i);
            length += 5 + ByteBufUtil.utf8Bytes(property.name()) + ByteBufUtil.utf8Bytes(property.value());
        }
        int remaining = 3 + (length < 0x80 ? 1 : 2) + length;
        if (length > PROPERTIES_MAX || !encoders.allowsProperties(3 + remaining)) {
            return false;
        }
        out.writeByte(header);
        writeVariable(remaining, out);
        out.writeShort(packetId).writeByte(ReasonCode.SUCCESS.code());
        writeVariable(length, out);
        for (int i = 0; i < properties.size(); i++) {
            out.writeByte(USER_PROPERTY);
            text(properties.get(i).name(), out);
            text(properties.get(i).value(), out);
        }
        return true;
    }

    /** Writes a number below 16384. */
    private static void writeVariable(int value, ByteBuf out) {
        if (value >= 0x80) {
            out.writeByte((value & 0x7F) | 0x80).writeByte(value >> 7);
        } else {
            out.writeByte(value);
        }
    }

    private static void text(String text, ByteBuf out) {
        int at = out.writerIndex();
        out.writeShort(0);
        out.setShort(at, ByteBufUtil.writeUtf8(out, text));
    }

    /** Returns whether a SUBACK is short and grants every filter. */
    private boolean plain(Packet.Suback ack) {
        if (ack.reasonString() != null || ack.reasons().size() > SHORT_MAX) {
            return false;
        }
        for (ReasonCode reason : ack.reasons()) {
            if (reason.code() > Qos.EXACTLY_ONCE.code()) {
                return false;
            }
        }
        return encoders.allows(5 + ack.reasons().size());
    }

    private void suback(Packet.Suback ack, ByteBuf out) {
        List<ReasonCode> reasons = ack.reasons();
        int properties = version.isMqtt5() ? 1 : 0;
        out.writeInt(0x9000_0000 | (2 + properties + reasons.size()) << 16 | ack.packetId());
        out.writeZero(properties);
        for (int i = 0; i < reasons.size(); i++) {
            out.writeByte(reasons.get(i).code());
        }
    }

    /** Appends a successful PUBACK without allocating. */
    public static void puback(int packetId, ByteBuf out) {
        out.writeInt(0x4002_0000 | packetId);
    }

    /** Appends a successful PUBREC without allocating. */
    public static void pubrec(int packetId, ByteBuf out) {
        out.writeInt(0x5002_0000 | packetId);
    }

    /** Appends a successful PUBREL without allocating. */
    public static void pubrel(int packetId, ByteBuf out) {
        out.writeInt(0x6202_0000 | packetId);
    }

    /** Appends a successful PUBCOMP without allocating. */
    public static void pubcomp(int packetId, ByteBuf out) {
        out.writeInt(0x7002_0000 | packetId);
    }

    /** Appends a PINGRESP. */
    public static void pingresp(ByteBuf out) {
        out.writeShort(0xD000);
    }
}
