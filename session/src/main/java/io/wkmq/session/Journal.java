package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a shard writes to the session store, and who waits for it to be durable. Belongs to the shard's thread. All changes
 * of one turn of the loop share one flush, which is asked for at the end of the turn. Flushes are numbered; a number is a
 * {@link #gate} that is open once that flush or a later one is through.
 *
 * <p>A flush that fails opens its gate too: those who wait are told the reason, and the publishers among them are not
 * acknowledged; the client's flows go on from memory.
 */
final class Journal implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final SessionStore store;
    private final ShardExecutor executor;
    private final Mailbox mailbox;
    private Flush open = new Flush(1);
    private boolean asked;
    private long through;

    Journal(SessionStore store, ShardExecutor executor, Mailbox mailbox) {
        this.store = store;
        this.executor = executor;
        this.mailbox = mailbox;
    }

    /** Waits for a flush. */
    @FunctionalInterface
    interface Waiter {
        /** Called on the shard's thread; {@code failure} says why what waited is not durable, or is null. */
        void flushed(@Nullable String failure);
    }

    boolean writable() {
        return store.writable();
    }

    void put(StoredSession session) {
        store.put(session);
        changed();
    }

    void remove(String clientId) {
        store.remove(clientId);
        changed();
    }

    void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {
        store.subscribe(clientId, filter, options);
        changed();
    }

    void unsubscribe(String clientId, SubscriptionFilter filter) {
        store.unsubscribe(clientId, filter);
        changed();
    }

    void enqueue(String clientId, StoredDelivery delivery) {
        store.enqueue(clientId, delivery);
        changed();
    }

    void inflight(String clientId, Delivery delivery, StoredDelivery.State state) {
        store.inflight(clientId, delivery.sequence, delivery.packetId, state);
        changed();
    }

    void dequeue(String clientId, Delivery delivery) {
        store.dequeue(clientId, delivery.sequence);
        changed();
    }

    void awaitRelease(String clientId, int packetId) {
        store.awaitRelease(clientId, packetId);
        changed();
    }

    void released(String clientId, int packetId) {
        store.released(clientId, packetId);
        changed();
    }

    /** The flush that makes durable what was changed so far. */
    long gate() {
        return open.number;
    }

    /** Whether that flush is through. */
    boolean through(long gate) {
        return gate <= through;
    }

    /** Calls back when what was changed so far is durable, or is known not to be. */
    void await(Waiter waiter) {
        open.waiters.add(waiter);
        changed();
    }

    /** Completes a hand-over, which expects it, when what was changed so far is durable. */
    void await(HandOver handOver) {
        await(failure -> {
            if (failure == null) {
                handOver.done();
            } else {
                handOver.failed(failure);
            }
        });
    }

    private void changed() {
        if (!asked) {
            asked = true;
            executor.execute(this); // behind what this turn of the loop still does
        }
    }

    @Override
    public void run() {
        if (asked) {
            asked = false;
            Flush flush = open;
            open = new Flush(flush.number + 1);
            store.flush(flush);
        }
    }

    private final class Flush extends Mail implements SessionStore.Completion {
        private final long number;
        private final List<Waiter> waiters = new ArrayList<>();
        private @Nullable String failure;

        Flush(long number) {
            this.number = number;
        }

        @Override
        public void durable() {
            mailbox.post(this);
        }

        @Override
        public void failed(String reason) {
            failure = reason;
            mailbox.post(this);
        }

        @Override
        void open() {
            through = Math.max(through, number);
            if (failure != null) {
                log.error("Changes of sessions could not be stored, reason={} waiting={}", failure, waiters.size());
            }
            for (Waiter waiter : waiters) {
                tell(waiter);
            }
        }

        private void tell(Waiter waiter) {
            try {
                waiter.flushed(failure);
            } catch (RuntimeException | Error e) {
                // A bug of one of them must not keep the acknowledgements of the others back.
                log.error("What waited for a flush failed, waiter={}", waiter, e);
            }
        }
    }
}
