package io.wkmq.session.mvstore;

import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.mvstore.ChangeQueue.Change;
import org.jspecify.annotations.Nullable;

/** The session store of an {@link MvStorage}. Thread-safe; only {@link #restore} blocks. */
final class MvSessionStore implements SessionStore {
    private final MvStorage storage;
    private final RefusedAdditions refused = new RefusedAdditions();
    private volatile boolean changed;

    MvSessionStore(MvStorage storage) {
        this.storage = storage;
    }

    @Override
    public void put(StoredSession session) {
        change(changes -> changes.put(session));
    }

    @Override
    public void remove(String clientId) {
        change(changes -> changes.remove(clientId));
    }

    @Override
    public void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {
        change(changes -> changes.subscribe(clientId, filter, options));
    }

    @Override
    public void unsubscribe(String clientId, SubscriptionFilter filter) {
        change(changes -> changes.unsubscribe(clientId, filter));
    }

    @Override
    public void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold) {
        changed = true;
        long bytes = delivery.message().bytes();
        String refusal = storage.add(changes -> changes.enqueue(clientId, delivery, hold), bytes);
        if (refusal != null && hold != null) {
            hold.refused(refusal);
        } else if (refusal != null) {
            refused.add(refusal);
        }
    }

    @Override
    public void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state) {
        change(changes -> changes.move(clientId, sequence, packetId, state));
    }

    @Override
    public void dequeue(String clientId, long sequence, @Nullable Hold ended) {
        change(changes -> changes.dequeue(clientId, sequence, ended));
    }

    @Override
    public void awaitRelease(String clientId, int packetId, @Nullable Hold ended) {
        change(changes -> changes.awaitRelease(clientId, packetId, ended));
    }

    @Override
    public void released(String clientId, int packetId) {
        change(changes -> changes.released(clientId, packetId));
    }

    @Override
    public void letGo(Hold hold) {
        change(changes -> changes.letGo(hold));
    }

    @Override
    public void flush(Completion completion) {
        storage.flush(completion, refused);
    }

    @Override
    public boolean writable() {
        return storage.writable();
    }

    @Override
    public void restore(Restored restored) {
        if (changed) {
            throw new IllegalStateException("A restore was asked for after the first change; it must come before");
        }
        storage.read(tables -> new SessionRestore(tables, restored).run());
    }

    private void change(Change change) {
        changed = true;
        storage.change(change);
    }
}
