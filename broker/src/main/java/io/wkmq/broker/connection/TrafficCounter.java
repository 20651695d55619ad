package io.wkmq.broker.connection;

/** The counters of connection traffic. */
public enum TrafficCounter {
    /** Bytes received from clients, without TLS, WebSocket and PROXY overhead. */
    BYTES_RECEIVED("bytes/received"),
    /** Bytes sent to clients. */
    BYTES_SENT("bytes/sent"),
    /** Packets received from clients. */
    PACKETS_RECEIVED("packets/received"),
    /** Packets sent to clients. */
    PACKETS_SENT("packets/sent"),
    /** CONNECT. */
    CONNECT("packets/connect"),
    /** CONNACK. */
    CONNACK("packets/connack"),
    /** PUBLISH from clients. */
    PUBLISH_RECEIVED("packets/publish/received"),
    /** PUBLISH to clients. */
    PUBLISH_SENT("packets/publish/sent"),
    /** PUBACK from clients. */
    PUBACK_RECEIVED("packets/puback/received"),
    /** PUBACK to clients. */
    PUBACK_SENT("packets/puback/sent"),
    /** PUBREC from clients. */
    PUBREC_RECEIVED("packets/pubrec/received"),
    /** PUBREC to clients. */
    PUBREC_SENT("packets/pubrec/sent"),
    /** PUBREL from clients. */
    PUBREL_RECEIVED("packets/pubrel/received"),
    /** PUBREL to clients. */
    PUBREL_SENT("packets/pubrel/sent"),
    /** PUBCOMP from clients. */
    PUBCOMP_RECEIVED("packets/pubcomp/received"),
    /** PUBCOMP to clients. */
    PUBCOMP_SENT("packets/pubcomp/sent"),
    /** SUBSCRIBE. */
    SUBSCRIBE("packets/subscribe"),
    /** SUBACK. */
    SUBACK("packets/suback"),
    /** UNSUBSCRIBE. */
    UNSUBSCRIBE("packets/unsubscribe"),
    /** UNSUBACK. */
    UNSUBACK("packets/unsuback"),
    /** PINGREQ. */
    PINGREQ("packets/pingreq"),
    /** PINGRESP. */
    PINGRESP("packets/pingresp"),
    /** DISCONNECT from clients. */
    DISCONNECT_RECEIVED("packets/disconnect/received"),
    /** DISCONNECT to clients. */
    DISCONNECT_SENT("packets/disconnect/sent"),
    /** AUTH from clients. */
    AUTH_RECEIVED("packets/auth/received"),
    /** AUTH to clients. */
    AUTH_SENT("packets/auth/sent");

    private final String label;

    TrafficCounter(String label) {
        this.label = label;
    }

    /** Returns the counter's name in EMQ. */
    public String label() {
        return label;
    }
}
