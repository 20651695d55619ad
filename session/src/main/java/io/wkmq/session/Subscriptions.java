package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one session by their filter. Belongs to its shard. Most sessions have a few: those are searched in
 * turn, and only more of them get an index.
 */
final class Subscriptions {
    private static final int INDEXED_FROM = 12;
    private static final @Nullable Subscription[] NONE = {};

    private @Nullable Subscription[] all = NONE;
    private int size;
    private @Nullable Map<SubscriptionFilter, Subscription> index;

    int size() {
        return size;
    }

    Subscription get(int position) {
        Subscription subscription = all[position];
        assert subscription != null : "below size";
        return subscription;
    }

    List<SubscribeRequest> list() {
        List<SubscribeRequest> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(new SubscribeRequest(get(i).filter(), get(i).options()));
        }
        return list;
    }

    @Nullable
    Subscription find(SubscriptionFilter filter) {
        if (index != null) {
            return index.get(filter);
        }
        for (int i = 0; i < size; i++) {
            Subscription subscription = get(i);
            if (subscription.filter().equals(filter)) {
                return subscription;
            }
        }
        return null;
    }

    void add(Subscription subscription) {
        if (size == all.length) {
            all = Arrays.copyOf(all, size + (size >> 1) + 1);
        }
        subscription.position = size;
        all[size++] = subscription;
        if (index != null) {
            index.put(subscription.filter(), subscription);
        } else if (size >= INDEXED_FROM) {
            buildIndex();
        }
    }

    void remove(Subscription subscription) {
        Subscription last = get(--size);
        all[subscription.position] = last;
        last.position = subscription.position;
        all[size] = null;
        if (index != null) {
            index.remove(subscription.filter());
        }
    }

    private void buildIndex() {
        Map<SubscriptionFilter, Subscription> built = new HashMap<>();
        for (int i = 0; i < size; i++) {
            built.put(get(i).filter(), get(i));
        }
        index = built;
    }
}
