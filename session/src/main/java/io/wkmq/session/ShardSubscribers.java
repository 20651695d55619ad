package io.wkmq.session;

import io.wkmq.routing.LocalSubscribers;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions that one shard's sessions hold to one filter. Belongs to the shard's thread but for {@link #durable}. A broker
 * has a million of them, nearly all with one subscription, which takes 24 bytes.
 */
public final class ShardSubscribers implements LocalSubscribers {
    private static final @Nullable PlainSubscription[] NONE = {};
    private static final int DURABLE = 1;
    private static final int ONE = 2;

    private @Nullable PlainSubscription first;
    private @Nullable PlainSubscription[] others = NONE;
    /** How many there are, in steps of {@link #ONE}, and whether one is {@link #DURABLE}. Written by the shard's thread. */
    private volatile int state;

    ShardSubscribers() {}

    @Override
    public boolean durable() {
        return (state & DURABLE) != 0;
    }

    int size() {
        return state / ONE;
    }

    PlainSubscription get(int index) {
        PlainSubscription subscription = index == 0 ? first : others[index - 1];
        return Objects.requireNonNull(subscription, "below size");
    }

    void add(PlainSubscription subscription) {
        int size = size();
        if (size > others.length) {
            others = Arrays.copyOf(others, size + size / 2);
        }
        put(size, subscription);
        state(size + 1, durable() || subscription.durable());
    }

    void remove(PlainSubscription subscription) {
        int last = size() - 1;
        put(subscription.index, get(last));
        if (last == 0) {
            first = null;
        } else if (last == 1) {
            others = NONE;
        } else {
            others[last - 1] = null;
        }
        state(last, durable());
        if (subscription.durable()) {
            state(last, anyDurable());
        }
    }

    /** Looks again whether that subscription keeps messages on disk. */
    void refresh(PlainSubscription subscription) {
        if (subscription.durable() != durable()) {
            state(size(), anyDurable());
        }
    }

    private boolean anyDurable() {
        int size = size();
        for (int i = 0; i < size; i++) {
            if (get(i).durable()) {
                return true;
            }
        }
        return false;
    }

    private void put(int index, PlainSubscription subscription) {
        subscription.index = index;
        if (index == 0) {
            first = subscription;
        } else {
            others[index - 1] = subscription;
        }
    }

    private void state(int size, boolean durable) {
        state = size * ONE + (durable ? DURABLE : 0);
    }
}
