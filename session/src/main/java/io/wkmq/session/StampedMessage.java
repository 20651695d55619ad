package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;

/**
 * A topic's retained state with the stamp by which nodes agree on the newest: a message, or a removal, which has an empty
 * payload. A removal is kept until it expires, so that an older message that another node may still have does not come back.
 * Immutable.
 */
public final class StampedMessage extends Message {
    /** The number of low bits of a stamp's time that count changes within the same millisecond. */
    public static final int COUNTER_BITS = 16;

    /** The largest time of a stamp. */
    public static final long TIME_MAX = Long.MAX_VALUE >> 1;

    private final long time;
    private final NodeId node;

    /**
     * Creates a message with a stamp.
     *
     * @param time the hybrid logical time of the change: ms since the epoch, shifted left by {@value #COUNTER_BITS} bits, plus
     *     a counter; 0 if it was stored before stamps existed
     * @param node the node whose client made the change
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

    /** Returns the hybrid logical time of the change. */
    public long time() {
        return time;
    }

    /** Returns the milliseconds part of that time. */
    public long timeMs() {
        return time >>> COUNTER_BITS;
    }

    /** Returns the node whose client made the change. */
    public NodeId node() {
        return node;
    }

    /** Returns whether this is a removal. */
    public boolean removal() {
        return payload().length == 0; // [MQTT-3.3.1-7]
    }

    /** Returns whether this one supersedes the other. Between equal stamps, such as missing ones, the later accepted wins. */
    public boolean newerThan(StampedMessage other) {
        if (time != other.time) {
            return time > other.time;
        }
        int order = node.value().compareTo(other.node.value());
        return order == 0 ? acceptedAtMs() > other.acceptedAtMs() : order > 0;
    }

    /** Returns the same message and stamp with another expiry. */
    StampedMessage stampedExpiringAt(long atMs) {
        return atMs == expiresAtMs() ? this : new StampedMessage(this, atMs, time, node);
    }
}
