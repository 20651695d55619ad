package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import io.wkmq.session.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes the packets that clients send, independently of the codec. */
final class ClientWire {
    private final ProtocolVersion version;
    private final boolean mqtt5;

    ClientWire(ProtocolVersion version) {
        this.version = version;
        this.mqtt5 = version.isMqtt5();
    }

    byte[] bytes(Packet.Inbound packet) {
        ByteBuf body = Unpooled.buffer();
        int header = write(packet, body);
        ByteBuf out = Unpooled.buffer();
        out.writeByte(header);
        Wire.writeVariable(out, body.readableBytes());
        out.writeBytes(body);
        return ByteBufUtil.getBytes(out);
    }

    private int write(Packet.Inbound packet, ByteBuf out) {
        if (packet instanceof Packet.Connect connect) {
            connect(connect, out);
            return 0x10;
        }
        if (packet instanceof Packet.Publish publish) {
            return publish(publish, out);
        }
        if (packet instanceof Packet.Puback ack) {
            acknowledgement(ack.packetId(), ack.reason(), ack.reasonString(), out);
            return 0x40;
        }
        if (packet instanceof Packet.Pubrec ack) {
            acknowledgement(ack.packetId(), ack.reason(), ack.reasonString(), out);
            return 0x50;
        }
        if (packet instanceof Packet.Pubrel release) {
            acknowledgement(release.packetId(), release.reason(), null, out);
            return 0x62;
        }
        if (packet instanceof Packet.Pubcomp complete) {
            acknowledgement(complete.packetId(), complete.reason(), null, out);
            return 0x70;
        }
        if (packet instanceof Packet.Subscribe subscribe) {
            subscribe(subscribe, out);
            return 0x82;
        }
        if (packet instanceof Packet.Unsubscribe unsubscribe) {
            out.writeShort(unsubscribe.packetId());
            group(userProperties(unsubscribe.userProperties()), out);
            unsubscribe.filters().forEach(filter -> Wire.writeText(out, filter));
            return 0xA2;
        }
        if (packet instanceof Packet.Disconnect disconnect) {
            disconnect(disconnect, out);
            return 0xE0;
        }
        if (packet instanceof Packet.Auth auth) {
            auth(auth, out);
            return 0xF0;
        }
        return 0xC0;
    }

    private void connect(Packet.Connect connect, ByteBuf out) {
        Will will = connect.will();
        Wire.writeText(out, version == ProtocolVersion.MQTT_3_1 ? "MQIsdp" : "MQTT");
        out.writeByte(version.level());
        int flags = (connect.cleanStart() ? 2 : 0)
                | (will == null ? 0 : 4 | will.qos().code() << 3 | (will.retain() ? 0x20 : 0))
                | (connect.password() == null ? 0 : 0x40)
                | (connect.userName() == null ? 0 : 0x80);
        out.writeByte(flags).writeShort(connect.keepAliveSeconds());
        group(connectProperties(connect), out);
        Wire.writeText(out, connect.clientId());
        if (will != null) {
            ByteBuf properties = properties(will.properties(), will.expirySeconds());
            if (will.delaySeconds() != 0) {
                properties.writeByte(0x18).writeInt((int) will.delaySeconds());
            }
            group(properties, out);
            Wire.writeText(out, will.topic().text());
            Wire.writeBinary(out, will.payload());
        }
        text(connect.userName(), out);
        binary(connect.password(), out);
    }

    private static ByteBuf connectProperties(Packet.Connect connect) {
        ByteBuf out = userProperties(connect.userProperties());
        if (connect.sessionExpirySeconds() != 0) {
            out.writeByte(0x11).writeInt((int) connect.sessionExpirySeconds());
        }
        if (connect.receiveMaximum() != 65_535) {
            out.writeByte(0x21).writeShort(connect.receiveMaximum());
        }
        if (connect.maximumPacketSize() >= 0) {
            out.writeByte(0x27).writeInt((int) connect.maximumPacketSize());
        }
        if (connect.topicAliasMaximum() != 0) {
            out.writeByte(0x22).writeShort(connect.topicAliasMaximum());
        }
        out.writeByte(0x19).writeByte(connect.requestResponseInformation() ? 1 : 0);
        out.writeByte(0x17).writeByte(connect.requestProblemInformation() ? 1 : 0);
        property(0x15, connect.authenticationMethod(), out);
        property(0x16, connect.authenticationData(), out);
        return out;
    }

    private int publish(Packet.Publish publish, ByteBuf out) {
        Wire.writeText(out, publish.topic().text());
        if (publish.qos() != Qos.AT_MOST_ONCE) {
            out.writeShort(publish.packetId());
        }
        group(properties(publish.properties(), publish.expirySeconds()), out);
        out.writeBytes(publish.payload());
        return 0x30 | (publish.duplicate() ? 8 : 0) | publish.qos().code() << 1 | (publish.retain() ? 1 : 0);
    }

    private void acknowledgement(int id, ReasonCode reason, @Nullable String reasonString, ByteBuf out) {
        out.writeShort(id);
        if (mqtt5 && (reason != ReasonCode.SUCCESS || reasonString != null)) {
            out.writeByte(reason.code());
            if (reasonString != null) {
                ByteBuf properties = Unpooled.buffer();
                property(0x1F, reasonString, properties);
                group(properties, out);
            }
        }
    }

    private void subscribe(Packet.Subscribe subscribe, ByteBuf out) {
        out.writeShort(subscribe.packetId());
        ByteBuf properties = userProperties(subscribe.userProperties());
        int identifier = subscribe.entries().get(0).options().identifier();
        if (identifier != 0) {
            properties.writeByte(0x0B);
            Wire.writeVariable(properties, identifier);
        }
        group(properties, out);
        for (Packet.Subscribe.Entry entry : subscribe.entries()) {
            SubscriptionOptions options = entry.options();
            Wire.writeText(out, entry.filter());
            out.writeByte(options.qos().code()
                    | (options.noLocal() ? 4 : 0)
                    | (options.retainAsPublished() ? 8 : 0)
                    | retainHandling(options.retainHandling()) << 4);
        }
    }

    private static int retainHandling(RetainHandling handling) {
        return switch (handling) {
            case SEND -> 0;
            case SEND_IF_NEW -> 1;
            case DO_NOT_SEND -> 2;
        };
    }

    private void disconnect(Packet.Disconnect disconnect, ByteBuf out) {
        if (mqtt5) {
            ByteBuf properties = Unpooled.buffer();
            if (disconnect.sessionExpirySeconds() >= 0) {
                properties.writeByte(0x11).writeInt((int) disconnect.sessionExpirySeconds());
            }
            property(0x1F, disconnect.reasonString(), properties);
            out.writeByte(disconnect.reason().code());
            group(properties, out);
        }
    }

    private void auth(Packet.Auth auth, ByteBuf out) {
        ByteBuf properties = userProperties(auth.userProperties());
        property(0x15, auth.method(), properties);
        property(0x16, auth.data(), properties);
        property(0x1F, auth.reasonString(), properties);
        out.writeByte(auth.reason().code());
        group(properties, out);
    }

    private static ByteBuf properties(MessageProperties properties, long expirySeconds) {
        ByteBuf out = userProperties(properties.userProperties());
        if (properties.payloadIsUtf8()) {
            out.writeShort(0x0101);
        }
        if (expirySeconds >= 0) {
            out.writeByte(0x02).writeInt((int) expirySeconds);
        }
        property(0x03, properties.contentType(), out);
        property(0x08, properties.responseTopic(), out);
        property(0x09, properties.correlationData(), out);
        return out;
    }

    private static ByteBuf userProperties(List<UserProperty> properties) {
        ByteBuf out = Unpooled.buffer();
        for (UserProperty property : properties) {
            out.writeByte(0x26);
            Wire.writeText(out, property.name());
            Wire.writeText(out, property.value());
        }
        return out;
    }

    private void group(ByteBuf properties, ByteBuf out) {
        if (mqtt5) {
            Wire.writeVariable(out, properties.readableBytes());
            out.writeBytes(properties);
        }
    }

    private static void property(int id, @Nullable String value, ByteBuf out) {
        if (value != null) {
            out.writeByte(id);
            Wire.writeText(out, value);
        }
    }

    private static void property(int id, byte @Nullable [] value, ByteBuf out) {
        if (value != null) {
            out.writeByte(id);
            Wire.writeBinary(out, value);
        }
    }

    private static void text(@Nullable String value, ByteBuf out) {
        if (value != null) {
            Wire.writeText(out, value);
        }
    }

    private static void binary(byte @Nullable [] value, ByteBuf out) {
        if (value != null) {
            Wire.writeBinary(out, value);
        }
    }
}
