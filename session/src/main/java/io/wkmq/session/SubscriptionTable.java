package io.wkmq.session;

import io.wkmq.routing.FilterHash;
import io.wkmq.routing.SubscriptionFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A map of subscriptions by filter. Not thread-safe. Small tables, the common case, are arrays with linear search; larger ones
 * are hash tables with open addressing, which take 11 to 16 bytes per subscription.
 */
class SubscriptionTable {
    private static final int ROW_MAX = 12;
    private static final @Nullable Subscription[] EMPTY = {};
    private static final int[] NO_HASHES = {};

    private final FilterHash filterHash;
    private @Nullable Subscription[] table = EMPTY; // a hash table if longer than ROW_MAX
    private int[] hashes = NO_HASHES; // of the entries in the same slots of the hash table
    private int size;

    SubscriptionTable(FilterHash filterHash) {
        this.filterHash = filterHash;
    }

    int size() {
        return size;
    }

    /** Visits all entries in no particular order. The table must not change meanwhile. */
    void forEach(Consumer<Subscription> visitor) {
        for (Subscription subscription : table) {
            if (subscription != null) {
                visitor.accept(subscription);
            }
        }
    }

    List<SubscribeRequest> list() {
        List<SubscribeRequest> list = new ArrayList<>(size);
        forEach(subscription -> list.add(new SubscribeRequest(subscription.filter(), subscription.options())));
        return list;
    }

    @Nullable
    Subscription find(SubscriptionFilter filter) {
        int place = place(filter);
        return place < table.length ? table[place] : null;
    }

    /** Adds a subscription whose filter is not present yet. */
    void add(Subscription subscription) {
        if (size == (hashed() ? table.length - table.length / 4 : table.length)) {
            int larger = table.length + table.length / 2 + 1;
            resize(hashed() || size == ROW_MAX ? larger : Math.min(larger, ROW_MAX));
        }
        if (hashed()) {
            put(subscription, filterHash.of(subscription.filter()));
        } else {
            table[size] = subscription;
        }
        size++;
    }

    /** Removes a subscription that is present. */
    void remove(Subscription subscription) {
        int place = place(subscription.filter());
        size--;
        if (hashed()) {
            close(place);
            if (size < table.length / 4) {
                resize(table.length / 2);
            }
        } else {
            table[place] = table[size];
            table[size] = null;
        }
    }

    private boolean hashed() {
        return table.length > ROW_MAX;
    }

    /** Returns the slot of a filter's subscription; otherwise an empty slot or one past the end. */
    private int place(SubscriptionFilter filter) {
        if (!hashed()) {
            int place = 0;
            while (place < size && !isAt(place, filter)) {
                place++;
            }
            return place;
        }
        int hash = filterHash.of(filter);
        int place = wanted(hash);
        while (table[place] != null && !(hashes[place] == hash && isAt(place, filter))) {
            place = next(place);
        }
        return place;
    }

    private boolean isAt(int place, SubscriptionFilter filter) {
        Subscription subscription = table[place];
        return subscription != null && subscription.isTo(filter);
    }

    private void put(Subscription subscription, int hash) {
        int place = wanted(hash);
        while (table[place] != null) {
            place = next(place);
        }
        table[place] = subscription;
        hashes[place] = hash;
    }

    /** Empties a slot of the hash table and moves up entries that would no longer be found. */
    private void close(int empty) {
        int gap = empty;
        for (int place = next(gap); table[place] != null; place = next(place)) {
            int wanted = wanted(hashes[place]);
            boolean staysReachable = gap < place ? gap < wanted && wanted <= place : gap < wanted || wanted <= place;
            if (!staysReachable) {
                table[gap] = table[place];
                hashes[gap] = hashes[place];
                gap = place;
            }
        }
        table[gap] = null;
    }

    private void resize(int length) {
        @Nullable Subscription[] from = table;
        int[] fromHashes = hashes;
        boolean fromRow = !hashed();
        table = new @Nullable Subscription[length];
        hashes = hashed() ? new int[length] : NO_HASHES;
        int next = 0;
        for (int i = 0; i < from.length; i++) {
            Subscription subscription = from[i];
            if (subscription == null) {
                continue;
            }
            if (hashed()) {
                put(subscription, fromRow ? filterHash.of(subscription.filter()) : fromHashes[i]);
            } else {
                table[next++] = subscription;
            }
        }
    }

    private int wanted(int hash) {
        return (int) (((hash & 0xFFFF_FFFFL) * table.length) >>> Integer.SIZE);
    }

    private int next(int place) {
        return place + 1 == table.length ? 0 : place + 1;
    }
}
