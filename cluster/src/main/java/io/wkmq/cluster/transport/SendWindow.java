package io.wkmq.cluster.transport;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The messages of QoS 1 and 2 that have a number and are not acknowledged yet: those up to the cursor were sent on the present
 * connection or have come before, the others are to be sent, again or for the first time. Belongs to the links' thread.
 */
final class SendWindow {
    private static final int SLOTS_MIN = 64;
    private static final int SLOTS_IDLE_MAX = 4096;

    private @Nullable Outgoing[] ring = new Outgoing[SLOTS_MIN];
    private long lowest = 1;
    private long cursor = 1; // the next to be sent
    private long end = 1; // the next number

    /** The first number that is not acknowledged. */
    long lowest() {
        return lowest;
    }

    /** The next number to be sent. */
    long cursor() {
        return cursor;
    }

    /** Whether something has to be sent that has a number already. */
    boolean behind() {
        return cursor < end;
    }

    /** Whether anything is not acknowledged. */
    boolean isEmpty() {
        return lowest == end;
    }

    /** Gives a message the next number. Nothing must be {@link #behind}. */
    void add(Outgoing message) {
        if (end - lowest == ring.length) {
            resize(ring.length * 2);
        }
        ring[slot(end)] = message;
        end++;
    }

    /** The message to be sent next, under the number of the cursor before the call. */
    Outgoing takeNext() {
        Outgoing message = Objects.requireNonNull(get(cursor), "a message to be sent");
        cursor++;
        return message;
    }

    /** The message of a number, or null if it is acknowledged or was not sent. */
    @Nullable
    Outgoing get(long seq) {
        return seq >= lowest && seq < end ? ring[slot(seq)] : null;
    }

    /** Whether the other node may acknowledge that number. */
    boolean mayBeAcknowledged(long seq) {
        return seq < cursor;
    }

    /** Removes the first message if its number is at most this one. */
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
     * Begins with a new connection.
     *
     * @param received the last number that has come to the other node
     * @return false if it cannot have come there
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
