package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.Hold;
import io.wkmq.session.SessionStore.StoredDelivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a shard writes to the session store, and who waits for it to be durable. Belongs to the shard's thread. All changes
 * of one turn of the loop share one flush, which is asked for at the end of the turn; it is a {@link #gate} that is open
 * once the flush is through.
 *
 * <p>A flush that fails opens its gate too: those who wait are told the reason, and the publishers among them are not
 * acknowledged; the client's flows go on from memory.
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
            store.enqueue(clientId, delivery, held.use()); // who ends the hold asks for the flush
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

    /** The flush that makes durable what was changed so far. */
    Gate gate() {
        return next;
    }

    /** Calls back when what was changed so far is durable, or is known not to be. */
    void await(Gate.Waiter waiter) {
        next.await(waiter);
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
