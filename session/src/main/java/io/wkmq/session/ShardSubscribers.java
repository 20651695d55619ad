package io.wkmq.session;

import io.wkmq.routing.LocalSubscribers;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one shard's sessions to one filter. Confined to the shard's thread, except for {@link #durable}.
 * Optimized for size: a broker has a million of these, nearly all with one subscription, which takes 24 bytes.
 */
public final class ShardSubscribers implements LocalSubscribers {
    private static final Others NONE = new Others();
    private static final int DURABLE = 1;
    private static final int ONE = 2;

    private @Nullable PlainSubscription first;
    private Others others = NONE;
    /**
     * The number of subscriptions in units of {@link #ONE}, plus {@link #DURABLE} if at least one is durable. Written by the
     * shard's thread.
     */
    private volatile int state;

    /** The subscriptions after the first; created with the second one and released with it. */
    private static final class Others {
        private @Nullable PlainSubscription[] subscriptions = new PlainSubscription[1];
        private int durable; // the number of durable ones, including the first
    }

    ShardSubscribers() {}

    @Override
    public boolean durable() {
        return (state & DURABLE) != 0;
    }

    int size() {
        return state / ONE;
    }

    PlainSubscription get(int index) {
        PlainSubscription subscription = index == 0 ? first : others.subscriptions[index - 1];
        return Objects.requireNonNull(subscription, "below size");
    }

    void add(PlainSubscription subscription) {
        int size = size();
        if (size == 1) {
            Others made = new Others();
            made.durable = durables(1);
            others = made;
        } else if (size > others.subscriptions.length) {
            others.subscriptions = Arrays.copyOf(others.subscriptions, size + size / 2);
        }
        put(size, subscription);
        subscription.counted(false);
        state(size + 1);
        refresh(subscription);
    }

    void remove(PlainSubscription subscription) {
        if (subscription.counted()) {
            count(subscription, false);
        }
        int last = size() - 1;
        put(subscription.index(), get(last));
        if (last == 0) {
            first = null;
        } else if (last == 1) {
            others = NONE;
        } else {
            others.subscriptions[last - 1] = null;
        }
        state(last);
    }

    /** Updates the durability of the subscription after a possible change. */
    void refresh(PlainSubscription subscription) {
        if (subscription.durable() != subscription.counted()) {
            count(subscription, !subscription.counted());
            state(size());
        }
    }

    private void count(PlainSubscription subscription, boolean durable) {
        subscription.counted(durable);
        if (others != NONE) {
            others.durable += durable ? 1 : -1;
        }
    }

    private int durables(int size) {
        if (size > 1) {
            return others.durable;
        }
        return size == 1 && get(0).counted() ? 1 : 0;
    }

    private void put(int index, PlainSubscription subscription) {
        subscription.index(index);
        if (index == 0) {
            first = subscription;
        } else {
            others.subscriptions[index - 1] = subscription;
        }
    }

    private void state(int size) {
        state = size * ONE + (durables(size) > 0 ? DURABLE : 0);
    }
}
