package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.Qos;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes the packets that the server sends, independently of the codec. */
final class ServerWire {
    private static final List<Integer> TEXTS = List.of(0x03, 0x08, 0x12, 0x15, 0x1A, 0x1C, 0x1F);

    private final ProtocolVersion version;

    ServerWire(ProtocolVersion version) {
        this.version = version;
    }

    /**
     * A PUBLISH as the client sees it.
     *
     * @param properties the properties by id; user properties and subscription identifiers are lists
     */
    record Published(int flags, String topic, int packetId, Map<Integer, Object> properties, byte[] payload) {
        int alias() {
            return (int) properties.getOrDefault(0x23, 0);
        }
    }

    /** The packet, which must be all there is. */
    Packet.Outbound read(ByteBuf in) {
        int header = in.readUnsignedByte();
        ByteBuf body = in.readSlice(variable(in));
        assertThat(in.isReadable()).isFalse();
        Packet.Outbound packet = switch (header) {
            case 0x20 -> connack(body);
            case 0x40, 0x50, 0x62, 0x70 -> acknowledgement(header, body);
            case 0x90 -> {
                int id = body.readUnsignedShort();
                Map<Integer, Object> properties = properties(body);
                yield new Packet.Suback(id, reasons(body), (String) properties.get(0x1F));
            }
            case 0xB0 -> {
                int id = body.readUnsignedShort();
                Map<Integer, Object> properties = properties(body);
                yield new Packet.Unsuback(id, reasons(body), (String) properties.get(0x1F));
            }
            case 0xD0 -> new Packet.Pingresp();
            case 0xE0 -> disconnect(body);
            case 0xF0 -> auth(body);
            default -> throw new AssertionError("The server sent the header " + header);
        };
        assertThat(body.isReadable()).isFalse();
        return packet;
    }

    /** The next PUBLISH. */
    Published readPublish(ByteBuf in) {
        int header = in.readUnsignedByte();
        assertThat(header >> 4).isEqualTo(3);
        ByteBuf body = in.readSlice(variable(in));
        String topic = text(body);
        int id = (header & 6) == 0 ? 0 : body.readUnsignedShort();
        Map<Integer, Object> properties = properties(body);
        byte[] payload = new byte[body.readableBytes()];
        body.readBytes(payload);
        return new Published(header & 15, topic, id, properties, payload);
    }

    private Packet.Connack connack(ByteBuf in) {
        boolean present = in.readByte() != 0;
        ReasonCode reason = version.isMqtt5() ? reason(in) : returnCode(in);
        Map<Integer, Object> properties = properties(in);
        return new Packet.Connack(
                present,
                reason,
                new Packet.ConnackProperties(
                        (long) properties.getOrDefault(0x11, -1L),
                        (int) properties.getOrDefault(0x21, 65_535),
                        Qos.of((int) properties.getOrDefault(0x24, 2)),
                        (int) properties.getOrDefault(0x25, 1) == 1,
                        (long) properties.getOrDefault(0x27, -1L),
                        (String) properties.get(0x12),
                        (int) properties.getOrDefault(0x22, 0),
                        (int) properties.getOrDefault(0x28, 1) == 1,
                        (int) properties.getOrDefault(0x29, 1) == 1,
                        (int) properties.getOrDefault(0x2A, 1) == 1,
                        (int) properties.getOrDefault(0x13, -1),
                        (String) properties.get(0x1A),
                        (String) properties.get(0x1C),
                        (String) properties.get(0x15),
                        (byte[]) properties.get(0x16),
                        (String) properties.get(0x1F),
                        userProperties(properties)));
    }

    private static ReasonCode returnCode(ByteBuf in) {
        return switch (in.readByte()) {
            case 0 -> ReasonCode.SUCCESS;
            case 1 -> ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            case 2 -> ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
            case 3 -> ReasonCode.SERVER_UNAVAILABLE;
            case 4 -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case 5 -> ReasonCode.NOT_AUTHORIZED;
            default -> throw new AssertionError("The return code does not exist");
        };
    }

    private Packet.Outbound acknowledgement(int header, ByteBuf in) {
        int id = in.readUnsignedShort();
        ReasonCode reason = in.isReadable() ? reason(in) : ReasonCode.SUCCESS;
        Map<Integer, Object> properties = in.isReadable() ? properties(in) : Map.of();
        String why = (String) properties.get(0x1F);
        return switch (header) {
            case 0x40 -> new Packet.Puback(id, reason, why);
            case 0x50 -> new Packet.Pubrec(id, reason, why);
            case 0x62 -> new Packet.Pubrel(id, reason);
            default -> new Packet.Pubcomp(id, reason);
        };
    }

    private Packet.Disconnect disconnect(ByteBuf in) {
        ReasonCode reason = in.isReadable() ? reason(in) : ReasonCode.SUCCESS;
        Map<Integer, Object> properties = in.isReadable() ? properties(in) : Map.of();
        return new Packet.Disconnect(
                reason, (long) properties.getOrDefault(0x11, -1L), (String) properties.get(0x1F), (String)
                        properties.get(0x1C));
    }

    private Packet.Auth auth(ByteBuf in) {
        ReasonCode reason = reason(in);
        Map<Integer, Object> properties = properties(in);
        return new Packet.Auth(
                reason,
                (String) properties.getOrDefault(0x15, ""),
                (byte[]) properties.get(0x16),
                (String) properties.get(0x1F),
                userProperties(properties));
    }

    private static List<ReasonCode> reasons(ByteBuf in) {
        List<ReasonCode> reasons = new ArrayList<>();
        while (in.isReadable()) {
            reasons.add(reason(in));
        }
        return reasons;
    }

    private static ReasonCode reason(ByteBuf in) {
        int code = in.readUnsignedByte();
        for (ReasonCode reason : ReasonCode.values()) {
            if (reason.code() == code) {
                return reason;
            }
        }
        throw new AssertionError("The reason code " + code + " does not exist");
    }

    private Map<Integer, Object> properties(ByteBuf in) {
        Map<Integer, Object> properties = new HashMap<>();
        if (!version.isMqtt5()) {
            return properties;
        }
        ByteBuf group = in.readSlice(variable(in));
        while (group.isReadable()) {
            int id = group.readUnsignedByte();
            if (id == 0x26) {
                listAt(properties, id).add(new UserProperty(text(group), text(group)));
            } else if (id == 0x0B) {
                listAt(properties, id).add(variable(group));
            } else {
                assertThat(properties.put(id, value(id, group)))
                        .as("property %s", id)
                        .isNull();
            }
        }
        return properties;
    }

    private static Object value(int id, ByteBuf in) {
        if (TEXTS.contains(id)) {
            return text(in);
        }
        return switch (id) {
            case 0x09, 0x16 -> binary(in);
            case 0x02, 0x11, 0x27 -> in.readUnsignedInt();
            case 0x13, 0x21, 0x22, 0x23 -> in.readUnsignedShort();
            case 0x01, 0x24, 0x25, 0x28, 0x29, 0x2A -> (int) in.readUnsignedByte();
            default -> throw new AssertionError("The property " + id + " is not the server's");
        };
    }

    @SuppressWarnings("unchecked")
    private static List<Object> listAt(Map<Integer, Object> properties, int id) {
        return (List<Object>) properties.computeIfAbsent(id, key -> new ArrayList<>());
    }

    @SuppressWarnings("unchecked")
    private static List<UserProperty> userProperties(Map<Integer, Object> properties) {
        List<UserProperty> list = (List<UserProperty>) properties.get(0x26);
        return list == null ? List.of() : list;
    }

    private static int variable(ByteBuf in) {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int part = in.readByte();
            value |= (part & 0x7F) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new AssertionError("A variable byte integer has more than four bytes");
    }

    private static String text(ByteBuf in) {
        return new String(binary(in), StandardCharsets.UTF_8);
    }

    private static byte[] binary(ByteBuf in) {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readBytes(bytes);
        return bytes;
    }

    /** So that a caller may ask for a property that is not there. */
    static @Nullable Object property(Published published, int id) {
        return published.properties().get(id);
    }
}
