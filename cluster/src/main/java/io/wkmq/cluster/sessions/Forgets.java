package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.routing.NodeId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Orders from other nodes to forget sessions that they have completely. The answer does not wait for the disk, as other answers
 * would wait with it; the other node asks again instead. If it does not do so within {@value #ANSWER_MS} ms of the deletion, the
 * next request starts over. Belongs to the claims' thread. Bounded by what the disk can delete in that time.
 */
final class Forgets {
    private static final long ANSWER_MS = 10_000;

    private final Order order;
    private final LongSupplier clockMs;
    private final Map<String, Forgetting> all = new HashMap<>();
    // oldest first; includes some whose result was fetched
    private final ArrayDeque<Forgetting> done = new ArrayDeque<>();

    Forgets(Order order, LongSupplier clockMs) {
        this.order = order;
        this.clockMs = clockMs;
    }

    /** See {@link LocalSessions#forget}; calls back on the claims' thread. */
    @FunctionalInterface
    interface Order {
        void forget(String clientId, long claim, long epoch, Consumer<Boolean> forgotten);
    }

    private static final class Forgetting {
        private final String clientId;
        private final NodeId by;
        private boolean done;
        private long doneMs;

        Forgetting(String clientId, NodeId by) {
            this.clientId = clientId;
            this.by = by;
        }
    }

    /** Starts to forget a client's session, whatever was forgotten of it before. */
    void begin(NodeId by, Held held) {
        Forgetting begun = new Forgetting(held.clientId(), by);
        all.put(held.clientId(), begun);
        order.forget(held.clientId(), held.epoch(), held.forgets(), forgotten -> {
            if (forgotten) {
                begun.done = true;
                begun.doneMs = clockMs.getAsLong();
                done.add(begun);
            } else {
                all.remove(held.clientId(), begun); // the other node asks again
            }
        });
    }

    /**
     * Returns whether the store has forgotten the client's session, of which nothing else is left here; if that was not started,
     * starts it.
     */
    boolean done(NodeId by, Held held) {
        Forgetting begun = all.get(held.clientId());
        if (begun == null) {
            begin(by, held);
            return false;
        }
        if (begun.done) {
            all.remove(held.clientId());
        }
        return begun.done;
    }

    /** Discards results that were not fetched in time. Called every few milliseconds. */
    void tick() {
        long untilMs = clockMs.getAsLong() - ANSWER_MS;
        while (!done.isEmpty() && done.element().doneMs <= untilMs) {
            Forgetting oldest = done.remove();
            all.remove(oldest.clientId, oldest);
        }
    }

    int size() {
        return all.size();
    }

    /** Discards the orders of a node that is gone. */
    void gone(NodeId node) {
        all.values().removeIf(each -> each.by.equals(node));
    }
}
