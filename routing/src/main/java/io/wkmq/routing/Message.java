package io.wkmq.routing;

/**
 * An accepted application message. Immutable and free of reference counts, so it may be kept, shared between threads and
 * stored. The payload array is shared: read only. Others may only add to it: a million retained messages that bear a stamp are
 * smaller than a million messages and as many stamps.
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
    private final int flagAndNumber; // one field for both: with a field more, a million stamped ones take 8 MB more
    private final MessageProperties properties;
    private final String publisher;
    private final long acceptedAtMs;
    private final long expiresAtMs;

    /**
     * Makes a message; takes the payload array over.
     *
     * @param topic where it was published to
     * @param payload its bytes, at most 268 435 455; not to be changed afterwards
     * @param qos the publisher's QoS
     * @param retain the publisher's RETAIN flag
     * @param properties what travels with it
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
     * Makes a message that has a number; takes the payload array over.
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

    /** The same message with another expiry, for what adds to it. */
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

    /** Where it was published to. */
    public final TopicName topic() {
        return topic;
    }

    /** Its bytes. Shared, not a copy: read only. */
    public final byte[] payload() {
        return payload;
    }

    /** The publisher's QoS, which every subscription can only lower. */
    public final Qos qos() {
        return qos;
    }

    /** The publisher's RETAIN flag. */
    public final boolean retain() {
        return flagAndNumber < 0;
    }

    /**
     * By which nodes recognise a copy of a message: of the messages that one publisher sends within minutes, no two have the same.
     * 0 for none: that of the broker itself, or one that was stored.
     */
    public final int number() {
        return flagAndNumber & NUMBER_MAX;
    }

    /** What travels with it. */
    public final MessageProperties properties() {
        return properties;
    }

    /** The publisher's client id, for No Local and for tracing. */
    public final String publisher() {
        return publisher;
    }

    /** When it was accepted, ms since the epoch. */
    public final long acceptedAtMs() {
        return acceptedAtMs;
    }

    /** When it expires, ms since the epoch, or {@link #NEVER}. */
    public final long expiresAtMs() {
        return expiresAtMs;
    }

    /** Whether it has expired at that time. */
    public final boolean expired(long nowMs) {
        return nowMs >= expiresAtMs;
    }

    /** The same message with another expiry. */
    public final Message expiringAt(long atMs) {
        return new Message(this, atMs);
    }

    /** What it counts against a byte bound: payload, topic, properties and a flat charge for the object. */
    public final long bytes() {
        return 96L + payload.length + topic.utf8().length + properties.bytes();
    }

    @Override
    public String toString() {
        return "Message[topic=" + topic + ", qos=" + qos.code() + ", retain=" + retain() + ", bytes=" + payload.length
                + ", publisher=" + publisher + ']';
    }
}
