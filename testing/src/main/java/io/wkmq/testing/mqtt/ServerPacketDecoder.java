package io.wkmq.testing.mqtt;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes the server's packets and rejects everything that the standard does not allow a server to send, so that every test checks it.
 * Keeps the connection's topic aliases. Not thread-safe.
 */
final class ServerPacketDecoder {
    private final MqttVersion version;
    private final Map<Long, String> aliases = new HashMap<>();
    private ClientLimits limits = ClientLimits.NONE;

    ServerPacketDecoder(MqttVersion version) {
        this.version = version;
    }

    /** Sets what the client's CONNECT permits. */
    void allow(ClientLimits newLimits) {
        limits = newLimits;
    }

    /** Decodes a packet of {@code total} bytes whose fixed header starts with the byte {@code header}. */
    ServerPacket decode(int header, byte[] body, int total) {
        int type = header >>> 4;
        if (version.hasProperties() && total > limits.maximumPacketSize()) {
            throw new MalformedServerPacketException("The packet has " + total
                    + " bytes, the client's maximum packet size is " + limits.maximumPacketSize() + " [MQTT-3.1.2-24]");
        }
        WireReader in = new WireReader(body);
        if (type != PacketType.PUBLISH) {
            checkFlags(type, header & 0x0F);
        }
        ServerPacket packet = switch (type) {
            case PacketType.CONNACK -> connack(in);
            case PacketType.PUBLISH -> publish(header, in);
            case PacketType.PUBACK ->
                new ServerPacket.Puback(packetId(in), code(ServerRules.PUBACK, in), tail(ServerRules.PUBACK, in));
            case PacketType.PUBREC ->
                new ServerPacket.Pubrec(packetId(in), code(ServerRules.PUBREC, in), tail(ServerRules.PUBREC, in));
            case PacketType.PUBREL ->
                new ServerPacket.Pubrel(packetId(in), code(ServerRules.PUBREL, in), tail(ServerRules.PUBREL, in));
            case PacketType.PUBCOMP ->
                new ServerPacket.Pubcomp(packetId(in), code(ServerRules.PUBCOMP, in), tail(ServerRules.PUBCOMP, in));
            case PacketType.SUBACK -> suback(in);
            case PacketType.UNSUBACK -> unsuback(in);
            case PacketType.PINGRESP -> new ServerPacket.Pingresp();
            case PacketType.DISCONNECT -> disconnect(in);
            case PacketType.AUTH -> auth(in);
            default ->
                throw new MalformedServerPacketException(
                        "A server never sends " + PacketType.name(type) + " (type " + type + ")");
        };
        in.expectEnd(PacketType.name(type));
        return packet;
    }

    private static void checkFlags(int type, int flags) {
        int expected = type == PacketType.PUBREL ? 0b0010 : 0;
        if (flags != expected) {
            throw new MalformedServerPacketException(
                    PacketType.name(type) + " has the flags " + flags + ", expected " + expected + " [MQTT-2.1.3-1]");
        }
    }

    private ServerPacket connack(WireReader in) {
        int flags = in.u8();
        if (flags > 1) {
            throw new MalformedServerPacketException(
                    "CONNACK has the acknowledge flags " + flags + ", expected 0 or 1 [MQTT-3.2.2-1]");
        }
        int code = ServerRules.CONNACK.checkCode(version, in.u8());
        if (code != 0 && flags != 0) {
            throw new MalformedServerPacketException(
                    "CONNACK has the error " + code + " and session present [MQTT-3.2.2-6]");
        }
        return new ServerPacket.Connack(flags == 1, code, properties(ServerRules.CONNACK, in));
    }

    private ServerPacket publish(int header, WireReader in) {
        boolean duplicate = (header & 0x08) != 0;
        int qos = (header >>> 1) & 0x03;
        boolean retain = (header & 0x01) != 0;
        if (qos == 3) {
            throw new MalformedServerPacketException("PUBLISH has QoS 3 [MQTT-3.3.1-4]");
        }
        if (qos == 0 && duplicate) {
            throw new MalformedServerPacketException("PUBLISH has QoS 0 and DUP [MQTT-3.3.1-2]");
        }
        String topic = in.string();
        if (topic.contains("+") || topic.contains("#")) {
            throw new MalformedServerPacketException("PUBLISH has the topic '" + topic + "' [MQTT-3.3.2-2]");
        }
        int packetId = qos == 0 ? 0 : packetId(in);
        Properties properties = properties(ServerRules.PUBLISH, in);
        String resolved = resolve(topic, properties);
        return new ServerPacket.Publish(resolved, in.rest(), qos, retain, duplicate, packetId, properties);
    }

    private String resolve(String topic, Properties properties) {
        if (properties.has(PropertyType.TOPIC_ALIAS)) {
            long alias = properties.number(PropertyType.TOPIC_ALIAS).orElseThrow();
            if (alias > limits.topicAliasMaximum()) {
                throw new MalformedServerPacketException("PUBLISH has the topic alias " + alias
                        + ", the client's maximum is " + limits.topicAliasMaximum() + " [MQTT-3.1.2-26]");
            }
            if (!topic.isEmpty()) {
                aliases.put(alias, topic);
                return topic;
            }
            String known = aliases.get(alias);
            if (known == null) {
                throw new MalformedServerPacketException("PUBLISH has the topic alias " + alias + ", never set before");
            }
            return known;
        }
        if (topic.isEmpty()) {
            throw new MalformedServerPacketException("PUBLISH has no topic [MQTT-4.7.3-1]");
        }
        return topic;
    }

    private ServerPacket suback(WireReader in) {
        int id = packetId(in);
        Properties properties = properties(ServerRules.SUBACK, in);
        return new ServerPacket.Suback(id, codes(ServerRules.SUBACK, in), properties);
    }

    private ServerPacket unsuback(WireReader in) {
        int id = packetId(in);
        if (!version.hasProperties()) {
            return new ServerPacket.Unsuback(id, List.of(), Properties.NONE);
        }
        Properties properties = properties(ServerRules.UNSUBACK, in);
        return new ServerPacket.Unsuback(id, codes(ServerRules.UNSUBACK, in), properties);
    }

    private List<Integer> codes(ServerRules rules, WireReader in) {
        List<Integer> codes = new ArrayList<>();
        while (!in.atEnd()) {
            codes.add(rules.checkCode(version, in.u8()));
        }
        if (codes.isEmpty()) {
            throw new MalformedServerPacketException(rules + " has no codes");
        }
        return List.copyOf(codes);
    }

    private ServerPacket disconnect(WireReader in) {
        onlyInFive(ServerRules.DISCONNECT);
        int code = code(ServerRules.DISCONNECT, in);
        return new ServerPacket.Disconnect(code, tail(ServerRules.DISCONNECT, in));
    }

    private ServerPacket auth(WireReader in) {
        onlyInFive(ServerRules.AUTH);
        int code = code(ServerRules.AUTH, in);
        return new ServerPacket.Auth(code, tail(ServerRules.AUTH, in));
    }

    private void onlyInFive(ServerRules rules) {
        if (!version.hasProperties()) {
            throw new MalformedServerPacketException(rules + " was sent by a server to a client of " + version);
        }
    }

    private static int packetId(WireReader in) {
        int id = in.u16();
        if (id == 0) {
            throw new MalformedServerPacketException("A packet id is 0 [MQTT-2.2.1-4]");
        }
        return id;
    }

    /** Reads a reason code, which may be omitted if it is 0 and no properties follow. */
    private int code(ServerRules rules, WireReader in) {
        return version.hasProperties() && !in.atEnd() ? rules.checkCode(version, in.u8()) : 0;
    }

    /** Reads properties that may be omitted at the end of the packet. */
    private Properties tail(ServerRules rules, WireReader in) {
        return in.atEnd() ? Properties.NONE : properties(rules, in);
    }

    private Properties properties(ServerRules rules, WireReader in) {
        if (!version.hasProperties()) {
            return Properties.NONE;
        }
        WireReader content = in.part(in.varInt());
        List<Property> properties = new ArrayList<>();
        Set<PropertyType> seen = EnumSet.noneOf(PropertyType.class);
        while (!content.atEnd()) {
            Property property = property(content);
            rules.checkProperty(property, !seen.add(property.type()));
            properties.add(property);
        }
        boolean problem = seen.contains(PropertyType.REASON_STRING) || seen.contains(PropertyType.USER_PROPERTY);
        if (problem && !limits.problemInformation() && !rules.mayAlwaysCarryProblems()) {
            throw new MalformedServerPacketException(
                    rules + " has problem information although the client wants none [MQTT-3.1.2-29]: " + properties);
        }
        return new Properties(properties);
    }

    private static Property property(WireReader in) {
        long id = in.varInt();
        PropertyType type =
                PropertyType.of(id).orElseThrow(() -> new MalformedServerPacketException("There is no property " + id));
        Object value = switch (type.form()) {
            case BYTE -> (long) in.u8();
            case TWO_BYTES -> (long) in.u16();
            case FOUR_BYTES -> in.u32();
            case VARIABLE -> in.varInt();
            case STRING -> in.string();
            case BINARY -> in.binary();
            case STRING_PAIR -> new UserProperty(in.string(), in.string());
        };
        return new Property(type, value);
    }
}
