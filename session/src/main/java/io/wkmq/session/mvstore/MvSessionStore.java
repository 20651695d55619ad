package io.wkmq.session.mvstore;

import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;

/** The session store of an {@link MvStorage}. Thread-safe; no method but {@link #restore} blocks. */
final class MvSessionStore implements SessionStore {
    private final MvStorage storage;

    MvSessionStore(MvStorage storage) {
        this.storage = storage;
    }

    @Override
    public void put(StoredSession session) {
        storage.change(changes -> changes.put(session));
    }

    @Override
    public void remove(String clientId) {
        storage.change(changes -> changes.remove(clientId));
    }

    @Override
    public void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {
        storage.change(changes -> changes.subscribe(clientId, filter, options));
    }

    @Override
    public void unsubscribe(String clientId, SubscriptionFilter filter) {
        storage.change(changes -> changes.unsubscribe(clientId, filter));
    }

    @Override
    public void enqueue(String clientId, StoredDelivery delivery) {
        storage.add(
                changes -> changes.enqueue(clientId, delivery),
                delivery.message().bytes());
    }

    @Override
    public void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state) {
        storage.change(changes -> changes.move(clientId, sequence, packetId, state));
    }

    @Override
    public void dequeue(String clientId, long sequence) {
        storage.change(changes -> changes.dequeue(clientId, sequence));
    }

    @Override
    public void awaitRelease(String clientId, int packetId) {
        storage.change(changes -> changes.awaitRelease(clientId, packetId));
    }

    @Override
    public void released(String clientId, int packetId) {
        storage.change(changes -> changes.released(clientId, packetId));
    }

    @Override
    public void flush(Completion completion) {
        storage.flush(completion);
    }

    @Override
    public boolean writable() {
        return storage.writable();
    }

    @Override
    public void restore(Restored restored) {
        storage.restore(tables -> new SessionRestore(tables, restored).run());
    }
}
