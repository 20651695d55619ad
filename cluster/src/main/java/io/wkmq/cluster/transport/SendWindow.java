package io.wkmq.cluster.transport;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The numbered messages (QoS 1 and 2) that are not acknowledged yet. Those before the cursor were sent on the current connection or
 * have been received on an earlier one; the others are still to be sent, or resent. Belongs to the links' thread.
 */
final class SendWindow {
    private static final int SLOTS_MIN = 64;
    private static final int SLOTS_IDLE_MAX = 4096;

    private @Nullable Outgoing[] ring = new Outgoing[SLOTS_MIN];
    private long lowest = 1;
    private long cursor = 1; // the next number to send
    private long end = 1; // the next number to assign

    /** Returns the lowest number that is not acknowledged. */
    long lowest() {
        return lowest;
    }

    /** Returns the next number to send. */
    long cursor() {
        return cursor;
    }

    /** Returns whether numbered messages are waiting to be sent. */
    boolean behind() {
        return cursor < end;
    }

    /** Returns whether all messages are acknowledged. */
    boolean isEmpty() {
        return lowest == end;
    }

    /** Assigns the next number to a message. Must not be called while {@link #behind}. */
    void add(Outgoing message) {
        if (end - lowest == ring.length) {
            resize(ring.length * 2);
        }
        ring[slot(end)] = message;
        end++;
    }

    /** Returns the next message to send, whose number is that of the cursor before the call, and advances the cursor. */
    Outgoing takeNext() {
        Outgoing message = Objects.requireNonNull(get(cursor), "a message to be sent");
        cursor++;
        return message;
    }

    /** Returns the message with a number, or null if it is acknowledged or was never assigned. */
    @Nullable
    Outgoing get(long seq) {
        return seq >= lowest && seq < end ? ring[slot(seq)] : null;
    }

    /** Returns whether the number was sent, so that an acknowledgement for it is valid. */
    boolean mayBeAcknowledged(long seq) {
        return seq < cursor;
    }

    /** Removes and returns the first message if its number is at most {@code seq}; otherwise returns null. */
    @Nullable
    Outgoing acknowledged(long seq) {
        if (lowest > seq || lowest == end) {
            return null;
        }
        Outgoing message = ring[slot(lowest)];
        ring[slot(lowest)] = null;
        lowest++;
        cursor = Math.max(cursor, lowest);
        if (lowest == end && ring.length > SLOTS_IDLE_MAX) {
            ring = new Outgoing[SLOTS_MIN];
        }
        return message;
    }

    /**
     * Moves the cursor behind what the other node has received, for a new connection.
     *
     * @param received the highest number that the other node has received
     * @return false if it cannot have received that number
     */
    boolean resume(long received) {
        if (received >= end || received < lowest - 1) {
            return false;
        }
        cursor = received + 1;
        return true;
    }

    private void resize(int size) {
        @Nullable Outgoing[] larger = new Outgoing[size];
        for (long seq = lowest; seq < end; seq++) {
            larger[(int) (seq & (size - 1))] = ring[slot(seq)];
        }
        ring = larger;
    }

    private int slot(long seq) {
        return (int) (seq & (ring.length - 1));
    }
}
