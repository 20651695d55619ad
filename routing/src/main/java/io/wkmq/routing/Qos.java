package io.wkmq.routing;

/** MQTT quality of service. */
public enum Qos {
    /** QoS 0: sent once, never acknowledged. */
    AT_MOST_ONCE(0),
    /** QoS 1: acknowledged by PUBACK, may arrive again. */
    AT_LEAST_ONCE(1),
    /** QoS 2: acknowledged by PUBREC, PUBREL, PUBCOMP, arrives once. */
    EXACTLY_ONCE(2);

    private static final Qos[] BY_CODE = values();

    private final int code;

    Qos(int code) {
        this.code = code;
    }

    /** Returns the number on the wire: 0, 1 or 2. */
    public int code() {
        return code;
    }

    /**
     * Returns the QoS with this number on the wire.
     *
     * @throws IllegalArgumentException if {@code code} is not 0, 1 or 2
     */
    public static Qos of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("QoS " + code + " does not exist; expected 0, 1 or 2");
        }
        return BY_CODE[code];
    }

    /** Returns the lower of two, as a subscription limits a message [MQTT-3.8.4-8]. */
    public Qos min(Qos other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** Returns the higher of two, as overlapping subscriptions of one client are merged [MQTT-3.3.4-2]. */
    public Qos max(Qos other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
