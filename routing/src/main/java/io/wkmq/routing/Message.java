package io.wkmq.routing;

/**
 * An accepted application message. Immutable and not reference-counted, so it may be kept, shared between threads and stored. The
 * payload array is shared and must not be modified. Subclasses may only add fields: a million retained messages with a stamp each
 * then take less memory than a million messages and a million stamps.
 */
public class Message {
    /** The value of {@link #expiresAtMs()} of a message that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The largest {@link #number()}. */
    public static final int NUMBER_MAX = Integer.MAX_VALUE;

    private static final int RETAIN = 1 << 31;

    private final TopicName topic;
    private final byte[] payload;
    private final Qos qos;
    private final int flagAndNumber; // combined because another field would cost 8 MB per million stamped messages
    private final MessageProperties properties;
    private final String publisher;
    private final long acceptedAtMs;
    private final long expiresAtMs;

    /**
     * Creates a message; takes ownership of the payload array.
     *
     * @param topic the topic it was published to
     * @param payload the payload, at most 268 435 455 bytes; must not be modified afterwards
     * @param qos the publisher's QoS
     * @param retain the publisher's RETAIN flag
     * @param properties the properties that are forwarded to subscribers
     * @param publisher the publisher's client id; the node's name for messages of the broker itself
     * @param acceptedAtMs when it was accepted, ms since the epoch
     * @param expiresAtMs when it expires, ms since the epoch, or {@link #NEVER}
     */
    public Message(
            TopicName topic,
            byte[] payload,
            Qos qos,
            boolean retain,
            MessageProperties properties,
            String publisher,
            long acceptedAtMs,
            long expiresAtMs) {
        this(topic, payload, qos, retain, properties, publisher, acceptedAtMs, expiresAtMs, 0);
    }

    /**
     * Creates a message with a number; takes ownership of the payload array.
     *
     * @param number see {@link #number()}; the other parameters are those of the other constructor
     */
    public Message(
            TopicName topic,
            byte[] payload,
            Qos qos,
            boolean retain,
            MessageProperties properties,
            String publisher,
            long acceptedAtMs,
            long expiresAtMs,
            int number) {
        assert number >= 0 : "a number is negative: " + number;
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.flagAndNumber = retain ? number | RETAIN : number;
        this.properties = properties;
        this.publisher = publisher;
        this.acceptedAtMs = acceptedAtMs;
        this.expiresAtMs = expiresAtMs;
    }

    /** Creates a copy with another expiry, for subclasses. */
    protected Message(Message from, long expiresAtMs) {
        this(
                from.topic,
                from.payload,
                from.qos,
                from.retain(),
                from.properties,
                from.publisher,
                from.acceptedAtMs,
                expiresAtMs,
                from.number());
    }

    /** Returns the topic it was published to. */
    public final TopicName topic() {
        return topic;
    }

    /** Returns the payload. Shared, not a copy: must not be modified. */
    public final byte[] payload() {
        return payload;
    }

    /** Returns the publisher's QoS, which subscriptions can only lower. */
    public final Qos qos() {
        return qos;
    }

    /** Returns the publisher's RETAIN flag. */
    public final boolean retain() {
        return flagAndNumber < 0;
    }

    /**
     * Returns the number by which nodes recognise copies of a message; unique among the messages that one publisher sends within
     * minutes. 0 for none: for messages of the broker itself and for stored ones.
     */
    public final int number() {
        return flagAndNumber & NUMBER_MAX;
    }

    /** Returns the properties that are forwarded to subscribers. */
    public final MessageProperties properties() {
        return properties;
    }

    /** Returns the publisher's client id, for No Local and for tracing. */
    public final String publisher() {
        return publisher;
    }

    /** Returns when it was accepted, in ms since the epoch. */
    public final long acceptedAtMs() {
        return acceptedAtMs;
    }

    /** Returns when it expires, in ms since the epoch, or {@link #NEVER}. */
    public final long expiresAtMs() {
        return expiresAtMs;
    }

    /** Returns whether it has expired at that time. */
    public final boolean expired(long nowMs) {
        return nowMs >= expiresAtMs;
    }

    /** Returns a copy with another expiry. */
    public final Message expiringAt(long atMs) {
        return new Message(this, atMs);
    }

    /** Returns what it counts against byte limits: payload, topic, properties and a flat charge for the object. */
    public final long bytes() {
        return 96L + payload.length + topic.utf8().length + properties.bytes();
    }

    @Override
    public String toString() {
        return "Message[topic=" + topic + ", qos=" + qos.code() + ", retain=" + retain() + ", bytes=" + payload.length
                + ", publisher=" + publisher + ']';
    }
}
