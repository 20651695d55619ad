package io.wkmq.testing.mqtt;

import java.util.Arrays;
import java.util.Optional;

/** The properties of MQTT 5 (2.2.2.2) with their identifiers and data types. */
public enum PropertyType {
    /** Whether the payload is text. */
    PAYLOAD_FORMAT_INDICATOR(0x01, Form.BYTE),
    /** The lifetime of a message in seconds. */
    MESSAGE_EXPIRY_INTERVAL(0x02, Form.FOUR_BYTES),
    /** The content type of the payload. */
    CONTENT_TYPE(0x03, Form.STRING),
    /** The topic for responses. */
    RESPONSE_TOPIC(0x08, Form.STRING),
    /** The data that correlates a response with its request. */
    CORRELATION_DATA(0x09, Form.BINARY),
    /** The number of a subscription, chosen by the client. */
    SUBSCRIPTION_IDENTIFIER(0x0B, Form.VARIABLE),
    /** How many seconds a session outlives its connection. */
    SESSION_EXPIRY_INTERVAL(0x11, Form.FOUR_BYTES),
    /** The client id assigned by the server. */
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Form.STRING),
    /** The keep alive in seconds chosen by the server. */
    SERVER_KEEP_ALIVE(0x13, Form.TWO_BYTES),
    /** The method of enhanced authentication. */
    AUTHENTICATION_METHOD(0x15, Form.STRING),
    /** The data of enhanced authentication. */
    AUTHENTICATION_DATA(0x16, Form.BINARY),
    /** Whether reason strings are wanted. */
    REQUEST_PROBLEM_INFORMATION(0x17, Form.BYTE),
    /** The seconds from the end of a connection to its will. */
    WILL_DELAY_INTERVAL(0x18, Form.FOUR_BYTES),
    /** Whether response information is wanted. */
    REQUEST_RESPONSE_INFORMATION(0x19, Form.BYTE),
    /** The base for response topics. */
    RESPONSE_INFORMATION(0x1A, Form.STRING),
    /** Another server to use. */
    SERVER_REFERENCE(0x1C, Form.STRING),
    /** A human-readable reason. */
    REASON_STRING(0x1F, Form.STRING),
    /** How many QoS 1 and 2 PUBLISH packets may be unacknowledged. */
    RECEIVE_MAXIMUM(0x21, Form.TWO_BYTES),
    /** The highest topic alias. */
    TOPIC_ALIAS_MAXIMUM(0x22, Form.TWO_BYTES),
    /** A number that stands for a topic. */
    TOPIC_ALIAS(0x23, Form.TWO_BYTES),
    /** The highest QoS, 0 or 1. */
    MAXIMUM_QOS(0x24, Form.BYTE),
    /** Whether messages can be retained. */
    RETAIN_AVAILABLE(0x25, Form.BYTE),
    /** A name and a value. */
    USER_PROPERTY(0x26, Form.STRING_PAIR),
    /** The largest packet size in bytes. */
    MAXIMUM_PACKET_SIZE(0x27, Form.FOUR_BYTES),
    /** Whether wildcard subscriptions are available. */
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Form.BYTE),
    /** Whether subscription identifiers are available. */
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Form.BYTE),
    /** Whether shared subscriptions are available. */
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Form.BYTE);

    private final int id;
    private final Form form;

    PropertyType(int id, Form form) {
        this.id = id;
        this.form = form;
    }

    /** Returns the identifier on the wire. */
    public int id() {
        return id;
    }

    /** Returns the data type of the value. */
    public Form form() {
        return form;
    }

    /** Returns the property with that identifier. */
    public static Optional<PropertyType> of(long id) {
        return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
    }

    /** The data types of values (1.5). */
    public enum Form {
        /** One byte. */
        BYTE,
        /** Two-byte integer. */
        TWO_BYTES,
        /** Four-byte integer. */
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
