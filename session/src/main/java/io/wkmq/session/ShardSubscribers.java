package io.wkmq.session;

import io.wkmq.routing.LocalSubscribers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The subscriptions that one shard's sessions hold to one filter. Belongs to the shard's thread but for {@link #durable}. */
public final class ShardSubscribers implements LocalSubscribers {
    private @Nullable PlainSubscription[] subscriptions = new @Nullable PlainSubscription[1];
    private int size;
    private int durables;
    private volatile boolean durable;

    ShardSubscribers() {}

    @Override
    public boolean durable() {
        return durable;
    }

    int size() {
        return size;
    }

    PlainSubscription get(int index) {
        PlainSubscription subscription = subscriptions[index];
        assert subscription != null : "below size";
        return subscription;
    }

    void add(PlainSubscription subscription) {
        if (size == subscriptions.length) {
            subscriptions = Arrays.copyOf(subscriptions, size + (size >> 1) + 1);
        }
        subscription.index = size;
        subscriptions[size++] = subscription;
        refresh(subscription);
    }

    void remove(PlainSubscription subscription) {
        count(subscription, false);
        PlainSubscription last = get(--size);
        subscriptions[subscription.index] = last;
        last.index = subscription.index;
        subscriptions[size] = null;
    }

    /** Looks again whether that subscription keeps messages on disk. */
    void refresh(PlainSubscription subscription) {
        count(subscription, subscription.durable());
    }

    private void count(PlainSubscription subscription, boolean counts) {
        if (subscription.countedDurable != counts) {
            subscription.countedDurable = counts;
            durables += counts ? 1 : -1;
            durable = durables > 0;
        }
    }
}
