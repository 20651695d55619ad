package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.hazelcast.cluster.Address;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Messages of nodes that this node does not see as members yet. Of two nodes that enter a cluster one learns of the other first and may
 * send it a request at once. Such messages wait for up to {@link #KEPT}; at most {@value #MESSAGES_MAX} messages of {@value #BYTES_MAX}
 * bytes in total are kept. What exceeds that or waits in vain is dropped, and the sender's request times out. Thread-safe.
 */
final class EarlyMessages {
    static final int MESSAGES_MAX = 1_024;
    static final int BYTES_MAX = 4 << 20;
    static final Duration KEPT = Duration.ofSeconds(3);

    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final Deque<Early> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private long bytes;

    private record Early(Address from, MessageOperation message, long since) {}

    EarlyMessages(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Keeps a message; returns false if there is no room. */
    synchronized boolean add(Address from, MessageOperation message) {
        dropOld();
        if (waiting.size() == MESSAGES_MAX || bytes + message.body().length > BYTES_MAX) {
            return false;
        }
        waiting.add(new Early(from, message, nanoTime.getAsLong()));
        bytes += message.body().length;
        return true;
    }

    /** Delivers the messages whose senders are members now, in order of arrival. */
    void release(Map<Address, NodeId> members, BiConsumer<NodeId, MessageOperation> taker) {
        for (Early early : take(members)) {
            taker.accept(members.get(early.from), early.message);
        }
    }

    private synchronized List<Early> take(Map<Address, NodeId> members) {
        dropOld();
        List<Early> taken = new ArrayList<>();
        waiting.removeIf(early -> members.containsKey(early.from) && taken.add(early));
        taken.forEach(early -> bytes -= early.message.body().length);
        return taken;
    }

    @GuardedBy("this")
    private void dropOld() {
        long now = nanoTime.getAsLong();
        for (Early first = waiting.peek();
                first != null && now - first.since >= KEPT.toNanos();
                first = waiting.peek()) {
            waiting.remove();
            bytes -= first.message.body().length;
        }
    }
}
