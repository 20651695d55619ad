package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.Hold;
import io.wkmq.session.SessionStore.StoredDelivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard's interface to the session store, and the parties waiting for changes to become durable. Confined to the shard's
 * thread. All changes of one event loop turn share one flush, requested at the end of the turn; its {@link #gate} opens when
 * the flush has completed.
 *
 * <p>A failed flush opens its gate too: waiters are told the reason, and publishers among them get no positive acknowledgement;
 * flows to the client continue from memory.
 */
final class Journal implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final SessionStore store;
    private final ShardExecutor executor;
    private final Mailbox mailbox;
    private Flush next = new Flush();
    private boolean asked;

    Journal(SessionStore store, ShardExecutor executor, Mailbox mailbox) {
        this.store = store;
        this.executor = executor;
        this.mailbox = mailbox;
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

    void enqueue(String clientId, StoredDelivery delivery, @Nullable HeldDeliveries held) {
        if (held == null) {
            store.enqueue(clientId, delivery, null);
            changed();
        } else {
            store.enqueue(clientId, delivery, held.use()); // whoever ends the hold requests the flush
        }
    }

    void inflight(String clientId, Delivery delivery, StoredDelivery.State state) {
        store.inflight(clientId, delivery.sequence, delivery.packetId, state);
        changed();
    }

    void dequeue(String clientId, Delivery delivery, @Nullable Hold ended) {
        store.dequeue(clientId, delivery.sequence, ended);
        changed();
    }

    void awaitRelease(String clientId, int packetId, @Nullable Hold ended) {
        store.awaitRelease(clientId, packetId, ended);
        changed();
    }

    void released(String clientId, int packetId) {
        store.released(clientId, packetId);
        changed();
    }

    void letGo(Hold hold) {
        store.letGo(hold);
        changed();
    }

    /** Returns the gate of the flush that will make the changes so far durable. */
    Gate gate() {
        return next;
    }

    /** Calls back when the changes so far are durable or have failed to become so. */
    void await(Gate.Waiter waiter) {
        next.await(waiter);
        changed();
    }

    /** Completes a hand-over, which has been told to expect it, when the changes so far are durable. */
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
            executor.execute(this); // runs after the rest of this turn of the loop
        }
    }

    @Override
    public void run() {
        if (asked) {
            asked = false;
            Flush flush = next;
            next = new Flush();
            store.flush(flush);
        }
    }

    private final class Flush extends Gate implements SessionStore.Completion {
        @Override
        public void durable() {
            mailbox.post(this);
        }

        @Override
        public void failed(String reason) {
            failure(reason);
            mailbox.post(this);
        }

        @Override
        void open() {
            if (failure() != null) {
                log.error("Changes of sessions could not be stored, reason={} waiting={}", failure(), waiters());
            }
            super.open();
        }
    }
}
