package io.wkmq.testing.mqtt;

import static io.wkmq.testing.mqtt.PropertyType.ASSIGNED_CLIENT_IDENTIFIER;
import static io.wkmq.testing.mqtt.PropertyType.AUTHENTICATION_DATA;
import static io.wkmq.testing.mqtt.PropertyType.AUTHENTICATION_METHOD;
import static io.wkmq.testing.mqtt.PropertyType.CONTENT_TYPE;
import static io.wkmq.testing.mqtt.PropertyType.CORRELATION_DATA;
import static io.wkmq.testing.mqtt.PropertyType.MAXIMUM_PACKET_SIZE;
import static io.wkmq.testing.mqtt.PropertyType.MAXIMUM_QOS;
import static io.wkmq.testing.mqtt.PropertyType.MESSAGE_EXPIRY_INTERVAL;
import static io.wkmq.testing.mqtt.PropertyType.PAYLOAD_FORMAT_INDICATOR;
import static io.wkmq.testing.mqtt.PropertyType.REASON_STRING;
import static io.wkmq.testing.mqtt.PropertyType.RECEIVE_MAXIMUM;
import static io.wkmq.testing.mqtt.PropertyType.RESPONSE_INFORMATION;
import static io.wkmq.testing.mqtt.PropertyType.RESPONSE_TOPIC;
import static io.wkmq.testing.mqtt.PropertyType.RETAIN_AVAILABLE;
import static io.wkmq.testing.mqtt.PropertyType.SERVER_KEEP_ALIVE;
import static io.wkmq.testing.mqtt.PropertyType.SERVER_REFERENCE;
import static io.wkmq.testing.mqtt.PropertyType.SESSION_EXPIRY_INTERVAL;
import static io.wkmq.testing.mqtt.PropertyType.SHARED_SUBSCRIPTION_AVAILABLE;
import static io.wkmq.testing.mqtt.PropertyType.SUBSCRIPTION_IDENTIFIER;
import static io.wkmq.testing.mqtt.PropertyType.SUBSCRIPTION_IDENTIFIER_AVAILABLE;
import static io.wkmq.testing.mqtt.PropertyType.TOPIC_ALIAS;
import static io.wkmq.testing.mqtt.PropertyType.TOPIC_ALIAS_MAXIMUM;
import static io.wkmq.testing.mqtt.PropertyType.USER_PROPERTY;
import static io.wkmq.testing.mqtt.PropertyType.WILDCARD_SUBSCRIPTION_AVAILABLE;

import java.util.EnumSet;
import java.util.Set;

/** The properties and codes a server may send in each packet: the tables of MQTT 5 (2.2.2.2, 2.4) and MQTT 3.1.1. */
final class ServerRules {
    static final ServerRules CONNACK = new ServerRules(
            "CONNACK",
            EnumSet.of(
                    SESSION_EXPIRY_INTERVAL,
                    RECEIVE_MAXIMUM,
                    MAXIMUM_QOS,
                    RETAIN_AVAILABLE,
                    MAXIMUM_PACKET_SIZE,
                    ASSIGNED_CLIENT_IDENTIFIER,
                    TOPIC_ALIAS_MAXIMUM,
                    REASON_STRING,
                    USER_PROPERTY,
                    WILDCARD_SUBSCRIPTION_AVAILABLE,
                    SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                    SHARED_SUBSCRIPTION_AVAILABLE,
                    SERVER_KEEP_ALIVE,
                    RESPONSE_INFORMATION,
                    SERVER_REFERENCE,
                    AUTHENTICATION_METHOD,
                    AUTHENTICATION_DATA),
            Set.of(
                    0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97,
                    0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F),
            Set.of(0, 1, 2, 3, 4, 5));
    static final ServerRules PUBLISH = new ServerRules(
            "PUBLISH",
            EnumSet.of(
                    PAYLOAD_FORMAT_INDICATOR,
                    MESSAGE_EXPIRY_INTERVAL,
                    TOPIC_ALIAS,
                    RESPONSE_TOPIC,
                    CORRELATION_DATA,
                    USER_PROPERTY,
                    SUBSCRIPTION_IDENTIFIER,
                    CONTENT_TYPE),
            Set.of(),
            Set.of());
    static final ServerRules PUBACK =
            new ServerRules("PUBACK", reason(), Set.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99), Set.of());
    static final ServerRules PUBREC =
            new ServerRules("PUBREC", reason(), Set.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99), Set.of());
    static final ServerRules PUBREL = new ServerRules("PUBREL", reason(), Set.of(0x00, 0x92), Set.of());
    static final ServerRules PUBCOMP = new ServerRules("PUBCOMP", reason(), Set.of(0x00, 0x92), Set.of());
    static final ServerRules SUBACK = new ServerRules(
            "SUBACK",
            reason(),
            Set.of(0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2),
            Set.of(0x00, 0x01, 0x02, 0x80));
    static final ServerRules UNSUBACK =
            new ServerRules("UNSUBACK", reason(), Set.of(0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91), Set.of());
    /** 0x8C is missing in the table of 3.14.2.1 but listed for DISCONNECT in that of 2.4. */
    static final ServerRules DISCONNECT = new ServerRules(
            "DISCONNECT",
            EnumSet.of(REASON_STRING, USER_PROPERTY, SERVER_REFERENCE),
            Set.of(
                    0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95,
                    0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2),
            Set.of());

    static final ServerRules AUTH = new ServerRules(
            "AUTH",
            EnumSet.of(AUTHENTICATION_METHOD, AUTHENTICATION_DATA, REASON_STRING, USER_PROPERTY),
            Set.of(0x00, 0x18),
            Set.of());

    private final String packet;
    private final Set<PropertyType> properties;
    private final Set<Integer> codes5;
    private final Set<Integer> codes3;

    private ServerRules(String packet, Set<PropertyType> properties, Set<Integer> codes5, Set<Integer> codes3) {
        this.packet = packet;
        this.properties = properties;
        this.codes5 = codes5;
        this.codes3 = codes3;
    }

    private static Set<PropertyType> reason() {
        return EnumSet.of(REASON_STRING, USER_PROPERTY);
    }

    /** Returns the code if the packet may carry it; otherwise throws. */
    int checkCode(MqttVersion version, int code) {
        Set<Integer> allowed = version.hasProperties() ? codes5 : codes3;
        if (!allowed.contains(code)) {
            throw new MalformedServerPacketException(
                    String.format("%s of %s has the code 0x%02x, which is not one of its codes", this, version, code));
        }
        return code;
    }

    /** Checks that a property is allowed here, in range, and not repeated. */
    void checkProperty(Property property, boolean repeated) {
        PropertyType type = property.type();
        if (!properties.contains(type)) {
            throw new MalformedServerPacketException(this + " of the server may not have " + property);
        }
        if (repeated && type != USER_PROPERTY && !(this == PUBLISH && type == SUBSCRIPTION_IDENTIFIER)) {
            throw new MalformedServerPacketException(this + " has " + type + " twice");
        }
        if (property.value() instanceof Long value && !inRange(type, value)) {
            throw new MalformedServerPacketException(this + " has a value out of range: " + property);
        }
    }

    /** Returns whether reason strings and user properties are allowed even if the client asked for no problem information. */
    boolean mayAlwaysCarryProblems() {
        return this == PUBLISH || this == CONNACK || this == DISCONNECT;
    }

    private static boolean inRange(PropertyType type, long value) {
        return switch (type) {
            case PAYLOAD_FORMAT_INDICATOR,
                    MAXIMUM_QOS,
                    RETAIN_AVAILABLE,
                    WILDCARD_SUBSCRIPTION_AVAILABLE,
                    SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                    SHARED_SUBSCRIPTION_AVAILABLE -> value <= 1;
            case SUBSCRIPTION_IDENTIFIER, RECEIVE_MAXIMUM, TOPIC_ALIAS, MAXIMUM_PACKET_SIZE -> value > 0;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return packet;
    }
}
