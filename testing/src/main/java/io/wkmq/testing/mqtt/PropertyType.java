package io.wkmq.testing.mqtt;

import java.util.Arrays;
import java.util.Optional;

/** The properties of MQTT 5 (2.2.2.2): identifier and data type. */
public enum PropertyType {
    /** Whether the payload is text. */
    PAYLOAD_FORMAT_INDICATOR(0x01, Form.BYTE),
    /** Seconds that a message lives. */
    MESSAGE_EXPIRY_INTERVAL(0x02, Form.FOUR_BYTES),
    /** What the payload is. */
    CONTENT_TYPE(0x03, Form.STRING),
    /** Where to answer. */
    RESPONSE_TOPIC(0x08, Form.STRING),
    /** Which request an answer belongs to. */
    CORRELATION_DATA(0x09, Form.BINARY),
    /** The number of a subscription. */
    SUBSCRIPTION_IDENTIFIER(0x0B, Form.VARIABLE),
    /** Seconds that a session outlives its connection. */
    SESSION_EXPIRY_INTERVAL(0x11, Form.FOUR_BYTES),
    /** The client id that the server chose. */
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Form.STRING),
    /** Keep alive in seconds that the server chose. */
    SERVER_KEEP_ALIVE(0x13, Form.TWO_BYTES),
    /** Name of the enhanced authentication. */
    AUTHENTICATION_METHOD(0x15, Form.STRING),
    /** Data of the enhanced authentication. */
    AUTHENTICATION_DATA(0x16, Form.BINARY),
    /** Whether reason strings are wanted. */
    REQUEST_PROBLEM_INFORMATION(0x17, Form.BYTE),
    /** Seconds between a connection's end and its will. */
    WILL_DELAY_INTERVAL(0x18, Form.FOUR_BYTES),
    /** Whether response information is wanted. */
    REQUEST_RESPONSE_INFORMATION(0x19, Form.BYTE),
    /** The base of response topics. */
    RESPONSE_INFORMATION(0x1A, Form.STRING),
    /** Another server. */
    SERVER_REFERENCE(0x1C, Form.STRING),
    /** A reason for people. */
    REASON_STRING(0x1F, Form.STRING),
    /** How many PUBLISHes may be unacknowledged. */
    RECEIVE_MAXIMUM(0x21, Form.TWO_BYTES),
    /** The highest topic alias. */
    TOPIC_ALIAS_MAXIMUM(0x22, Form.TWO_BYTES),
    /** A number instead of a topic. */
    TOPIC_ALIAS(0x23, Form.TWO_BYTES),
    /** The highest QoS, 0 or 1. */
    MAXIMUM_QOS(0x24, Form.BYTE),
    /** Whether messages can be retained. */
    RETAIN_AVAILABLE(0x25, Form.BYTE),
    /** A name and a value. */
    USER_PROPERTY(0x26, Form.STRING_PAIR),
    /** The largest packet. */
    MAXIMUM_PACKET_SIZE(0x27, Form.FOUR_BYTES),
    /** Whether filters may have wildcards. */
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Form.BYTE),
    /** Whether subscriptions may be numbered. */
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Form.BYTE),
    /** Whether subscriptions may be shared. */
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Form.BYTE);

    private final int id;
    private final Form form;

    PropertyType(int id, Form form) {
        this.id = id;
        this.form = form;
    }

    /** The identifier on the wire. */
    public int id() {
        return id;
    }

    /** The data type of its value. */
    public Form form() {
        return form;
    }

    /** The property with that identifier. */
    public static Optional<PropertyType> of(long id) {
        return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
    }

    /** The data types of values (1.5). */
    public enum Form {
        /** One byte. */
        BYTE,
        /** Two byte integer. */
        TWO_BYTES,
        /** Four byte integer. */
        FOUR_BYTES,
        /** Variable byte integer. */
        VARIABLE,
        /** UTF-8 string. */
        STRING,
        /** Two UTF-8 strings. */
        STRING_PAIR,
        /** Binary data. */
        BINARY
    }
}
