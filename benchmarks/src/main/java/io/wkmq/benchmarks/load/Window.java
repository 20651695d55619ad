package io.wkmq.benchmarks.load;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** A publisher's unacknowledged messages by packet id, without an object per message. Confined to the publisher's event loop. */
final class Window {
    static final int SIZE_MAX = 65_535;

    private static final byte FREE = 0;
    private static final byte PUBLISHED = 1;
    private static final byte RELEASED = 2;

    private final byte[] states;
    private final long[] sequences;
    private final long[] times;
    private final int[] free;
    private int freeCount;
    private int limit;

    Window(int size) {
        states = new byte[size];
        sequences = new long[size];
        times = new long[size];
        free = new int[size];
        limit = size;
        clear();
    }

    /** Removes all messages. */
    void clear() {
        Arrays.fill(states, FREE);
        freeCount = free.length;
        for (int i = 0; i < free.length; i++) {
            free[i] = free.length - i;
        }
    }

    /** Applies the broker's Receive Maximum to the number of messages in flight [MQTT-4.9.0-2]. */
    void limit(int receiveMaximum) {
        limit = Math.min(free.length, receiveMaximum);
    }

    boolean open() {
        return used() < limit;
    }

    int used() {
        return free.length - freeCount;
    }

    /** Allocates a packet id for a message; the window must be open. */
    int take(long sequence, long timeNs) {
        freeCount--;
        int id = free[freeCount];
        states[id - 1] = PUBLISHED;
        sequences[id - 1] = sequence;
        times[id - 1] = timeNs;
        return id;
    }

    /** Returns whether PUBACK or PUBREC is due for the message with that id. */
    boolean published(int id) {
        return id > 0 && id <= states.length && states[id - 1] == PUBLISHED;
    }

    /** Returns whether PUBCOMP is due for the message with that id. */
    boolean released(int id) {
        return id > 0 && id <= states.length && states[id - 1] == RELEASED;
    }

    void release(int id) {
        states[id - 1] = RELEASED;
    }

    /** Releases the packet id of a completed message. */
    void free(int id) {
        states[id - 1] = FREE;
        free[freeCount] = id;
        freeCount++;
    }

    long sequence(int id) {
        return sequences[id - 1];
    }

    long timeNs(int id) {
        return times[id - 1];
    }

    /** Returns the ids in use, in the order of their messages. */
    int[] ids() {
        return IntStream.rangeClosed(1, states.length)
                .filter(id -> states[id - 1] != FREE)
                .boxed()
                .sorted(Comparator.comparingLong(this::sequence))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
