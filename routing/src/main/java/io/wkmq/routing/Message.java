package io.wkmq.routing;

/**
 * An accepted application message. Immutable and free of reference counts, so it may be kept, shared between threads and
 * stored. The payload array is shared: read only.
 */
public final class Message {
    /** The value of {@link #expiresAtMs()} of a message that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    private final TopicName topic;
    private final byte[] payload;
    private final Qos qos;
    private final boolean retain;
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
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.publisher = publisher;
        this.acceptedAtMs = acceptedAtMs;
        this.expiresAtMs = expiresAtMs;
    }

    /** Where it was published to. */
    public TopicName topic() {
        return topic;
    }

    /** Its bytes. Shared, not a copy: read only. */
    public byte[] payload() {
        return payload;
    }

    /** The publisher's QoS, which every subscription can only lower. */
    public Qos qos() {
        return qos;
    }

    /** The publisher's RETAIN flag. */
    public boolean retain() {
        return retain;
    }

    /** What travels with it. */
    public MessageProperties properties() {
        return properties;
    }

    /** The publisher's client id, for No Local and for tracing. */
    public String publisher() {
        return publisher;
    }

    /** When it was accepted, ms since the epoch. */
    public long acceptedAtMs() {
        return acceptedAtMs;
    }

    /** When it expires, ms since the epoch, or {@link #NEVER}. */
    public long expiresAtMs() {
        return expiresAtMs;
    }

    /** Whether it has expired at that time. */
    public boolean expired(long nowMs) {
        return nowMs >= expiresAtMs;
    }

    /** The same message with another expiry. */
    public Message expiringAt(long atMs) {
        return new Message(topic, payload, qos, retain, properties, publisher, acceptedAtMs, atMs);
    }

    /** What it counts against a byte bound: payload, topic, properties and a flat charge for the object. */
    public long bytes() {
        return 96L + payload.length + topic.utf8().length + properties.bytes();
    }

    @Override
    public String toString() {
        return "Message[topic=" + topic + ", qos=" + qos.code() + ", retain=" + retain + ", bytes=" + payload.length
                + ", publisher=" + publisher + ']';
    }
}
