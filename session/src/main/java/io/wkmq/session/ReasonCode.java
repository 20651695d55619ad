package io.wkmq.session;

/** The MQTT 5 reason codes (2.4) that the broker sends or receives. Some have an equivalent MQTT 3 return code. */
public enum ReasonCode {
    /** Success, normal disconnection, granted QoS 0. */
    SUCCESS(0x00),
    /** Granted QoS 1. */
    GRANTED_QOS_1(0x01),
    /** Granted QoS 2. */
    GRANTED_QOS_2(0x02),
    /** The client disconnects but wants its will published. */
    DISCONNECT_WITH_WILL(0x04),
    /** Accepted, but there are no matching subscribers. */
    NO_MATCHING_SUBSCRIBERS(0x10),
    /** There was no such subscription to remove. */
    NO_SUBSCRIPTION_EXISTED(0x11),
    /** Enhanced authentication continues. */
    CONTINUE_AUTHENTICATION(0x18),
    /** The client starts re-authentication. */
    REAUTHENTICATE(0x19),
    /** Unspecified error. */
    UNSPECIFIED_ERROR(0x80),
    /** The packet violates the specification. */
    MALFORMED_PACKET(0x81),
    /** The packet is unexpected or out of order. */
    PROTOCOL_ERROR(0x82),
    /** Valid but not accepted by this server. */
    IMPLEMENTATION_SPECIFIC_ERROR(0x83),
    /** The protocol version is not supported. */
    UNSUPPORTED_PROTOCOL_VERSION(0x84),
    /** The client identifier is not allowed. */
    CLIENT_IDENTIFIER_NOT_VALID(0x85),
    /** User name or password is wrong. */
    BAD_USER_NAME_OR_PASSWORD(0x86),
    /** Not authorized. */
    NOT_AUTHORIZED(0x87),
    /** The server is not available. */
    SERVER_UNAVAILABLE(0x88),
    /** The server is busy, try again later. */
    SERVER_BUSY(0x89),
    /** The client was banned by an administrator. */
    BANNED(0x8A),
    /** The server is shutting down. */
    SERVER_SHUTTING_DOWN(0x8B),
    /** The authentication method is not supported or changed. */
    BAD_AUTHENTICATION_METHOD(0x8C),
    /** Nothing was received for one and a half times the keep alive. */
    KEEP_ALIVE_TIMEOUT(0x8D),
    /** Another connection uses the same client id. */
    SESSION_TAKEN_OVER(0x8E),
    /** The topic filter is well formed but not accepted. */
    TOPIC_FILTER_INVALID(0x8F),
    /** The topic name is well formed but not accepted. */
    TOPIC_NAME_INVALID(0x90),
    /** The packet id is in use. */
    PACKET_IDENTIFIER_IN_USE(0x91),
    /** The packet id is not known. */
    PACKET_IDENTIFIER_NOT_FOUND(0x92),
    /** The sender exceeded the Receive Maximum. */
    RECEIVE_MAXIMUM_EXCEEDED(0x93),
    /** The topic alias is above the maximum or not known. */
    TOPIC_ALIAS_INVALID(0x94),
    /** The packet is larger than Maximum Packet Size. */
    PACKET_TOO_LARGE(0x95),
    /** The message rate is too high. */
    MESSAGE_RATE_TOO_HIGH(0x96),
    /** A server limit or administrative limit is exceeded. */
    QUOTA_EXCEEDED(0x97),
    /** An administrator closed the connection. */
    ADMINISTRATIVE_ACTION(0x98),
    /** The payload does not match its format indicator. */
    PAYLOAD_FORMAT_INVALID(0x99),
    /** Retained messages are not supported. */
    RETAIN_NOT_SUPPORTED(0x9A),
    /** The QoS is not supported. */
    QOS_NOT_SUPPORTED(0x9B),
    /** Use another server for now. */
    USE_ANOTHER_SERVER(0x9C),
    /** Use another server from now on. */
    SERVER_MOVED(0x9D),
    /** Shared subscriptions are not supported. */
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E),
    /** The connection rate limit is exceeded. */
    CONNECTION_RATE_EXCEEDED(0x9F),
    /** The connection reached its maximum duration. */
    MAXIMUM_CONNECT_TIME(0xA0),
    /** Subscription identifiers are not supported. */
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1),
    /** Wildcard subscriptions are not supported. */
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2);

    private final int code;

    ReasonCode(int code) {
        this.code = code;
    }

    /** Returns the value on the wire. */
    public int code() {
        return code;
    }

    /** Returns whether this code reports an error (0x80 or above). */
    public boolean error() {
        return code >= 0x80;
    }
}
