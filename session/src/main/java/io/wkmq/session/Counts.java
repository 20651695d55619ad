package io.wkmq.session;

import io.wkmq.routing.Qos;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counters and gauges of one shard. Written by its thread only, without atomic read-modify-write instructions; readable
 * from any thread.
 */
@SuppressWarnings("EnumOrdinal") // array indices, never stored
final class Counts {
    static final int RECEIVED = 0; // + QoS
    static final int SENT = 3; // + QoS
    static final int RETAINED_RECEIVED = 6;
    static final int RETAINED_SENT = 7;
    static final int UNROUTED = 8;
    static final int REFUSED = 9;
    static final int SESSIONS = 10;
    static final int CONNECTED = 11;
    static final int SUBSCRIPTIONS = 12;
    static final int SHARED_SUBSCRIPTIONS = 13;
    static final int QUEUED_MESSAGES = 14;
    static final int QUEUED_BYTES = 15;
    static final int INFLIGHT = 16;
    static final int REPLAYS = 17;
    private static final int DROPPED = 18; // + DropReason

    // A cache line on either side prevents false sharing between shards.
    private static final int PADDING = 16;

    private final AtomicLongArray values =
            new AtomicLongArray(PADDING + DROPPED + DropReason.values().length + PADDING);

    void add(int counter, long amount) {
        int i = PADDING + counter;
        values.setOpaque(i, values.getPlain(i) + amount);
    }

    void increment(int counter) {
        add(counter, 1);
    }

    void decrement(int counter) {
        add(counter, -1);
    }

    void received(Qos qos) {
        add(RECEIVED + qos.code(), 1);
    }

    void sent(Qos qos) {
        add(SENT + qos.code(), 1);
    }

    void dropped(DropReason reason) {
        add(DROPPED + reason.ordinal(), 1);
    }

    long read(int counter) {
        return values.getOpaque(PADDING + counter);
    }

    long readDropped(DropReason reason) {
        return read(DROPPED + reason.ordinal());
    }
}
