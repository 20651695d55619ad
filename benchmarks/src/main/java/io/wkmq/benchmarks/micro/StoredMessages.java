package io.wkmq.benchmarks.micro;

import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.Restored;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;

/** Counts the messages that a store has kept. */
final class StoredMessages implements Restored {
    private long first = -1;
    private int count;

    /** Returns the sequence number of the first message; -1 if there is none. */
    long first() {
        return first;
    }

    int count() {
        return count;
    }

    @Override
    public void session(StoredSession session) {}

    @Override
    public void subscription(SubscriptionFilter filter, SubscriptionOptions options) {}

    @Override
    public void delivery(StoredDelivery delivery) {
        if (count == 0) {
            first = delivery.sequence();
        }
        count++;
    }

    @Override
    public void awaitingRelease(int packetId) {}
}
