package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;

/**
 * What is retained of a topic, with the stamp by which nodes agree on the newest: a message, or one with an empty payload that
 * says that the topic's was removed. Such a removal is kept until it expires, so that an older message, which another node
 * may still have, does not come back. Immutable.
 */
public final class StampedMessage extends Message {
    /** The bits of a stamp's time that count what happened in the same millisecond. */
    public static final int COUNTER_BITS = 16;

    /** The latest time that a stamp may have. */
    public static final long TIME_MAX = Long.MAX_VALUE >> 1;

    private final long time;
    private final NodeId node;

    /**
     * A message with a stamp.
     *
     * @param time the hybrid logical time of the change: ms since the epoch, shifted by {@value #COUNTER_BITS} bits, and a
     *     counter; 0 if it was stored before there were stamps
     * @param node the node whose client changed it
     */
    public StampedMessage(Message message, long time, NodeId node) {
        this(message, message.expiresAtMs(), time, node);
    }

    private StampedMessage(Message message, long expiresAtMs, long time, NodeId node) {
        super(message, expiresAtMs);
        if (time < 0 || time > TIME_MAX) {
            throw new IllegalArgumentException("A stamp has the time " + time + "; expected 0 to " + TIME_MAX);
        }
        this.time = time;
        this.node = node;
    }

    /** The hybrid logical time of the change. */
    public long time() {
        return time;
    }

    /** The milliseconds of that time. */
    public long timeMs() {
        return time >>> COUNTER_BITS;
    }

    /** The node whose client changed it. */
    public NodeId node() {
        return node;
    }

    /** Whether it says that there is no message. */
    public boolean removal() {
        return payload().length == 0; // [MQTT-3.3.1-7]
    }

    /** Whether this is what remains when both are there. Of two without a stamp the one that was accepted later does. */
    public boolean newerThan(StampedMessage other) {
        if (time != other.time) {
            return time > other.time;
        }
        int order = node.value().compareTo(other.node.value());
        return order == 0 ? acceptedAtMs() > other.acceptedAtMs() : order > 0;
    }

    /** The same with another expiry. */
    StampedMessage stampedExpiringAt(long atMs) {
        return atMs == expiresAtMs() ? this : new StampedMessage(this, atMs, time, node);
    }
}
