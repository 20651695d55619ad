package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;
import org.jspecify.annotations.Nullable;

/** A store that keeps nothing, for a node whose sessions live in memory only and are never durable. */
final class VolatileStore implements SessionStore {
    @Override
    public void put(StoredSession session) {}

    @Override
    public void remove(String clientId) {}

    @Override
    public void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {}

    @Override
    public void unsubscribe(String clientId, SubscriptionFilter filter) {}

    @Override
    public void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold) {}

    @Override
    public void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state) {}

    @Override
    public void dequeue(String clientId, long sequence, @Nullable Hold ended) {}

    @Override
    public void awaitRelease(String clientId, int packetId, @Nullable Hold ended) {}

    @Override
    public void released(String clientId, int packetId) {}

    @Override
    public void letGo(Hold hold) {}

    @Override
    public void flush(Completion completion) {
        completion.durable();
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void restore(Restored restored) {}
}
