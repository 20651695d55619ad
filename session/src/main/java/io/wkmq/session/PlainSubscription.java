package io.wkmq.session;

import io.wkmq.routing.RouteTable;
import io.wkmq.routing.SubscriptionFilter;
import org.jspecify.annotations.Nullable;

/** A subscription that is not shared: its session gets every message of the filter. */
final class PlainSubscription extends Subscription {
    private final RouteTable<ShardSubscribers> routes;
    private final int shard;
    private @Nullable ShardSubscribers subscribers; // while attached
    int index; // in the subscribers
    boolean countedDurable; // by the subscribers

    PlainSubscription(
            Session session,
            SubscriptionFilter filter,
            SubscriptionOptions options,
            RouteTable<ShardSubscribers> routes,
            int shard) {
        super(session, filter, options);
        this.routes = routes;
        this.shard = shard;
    }

    @Override
    void attach() {
        ShardSubscribers joined = routes.attach(filter().filter(), shard, ShardSubscribers::new);
        joined.add(this);
        subscribers = joined;
    }

    @Override
    void detach() {
        ShardSubscribers left = subscribers;
        if (left != null) {
            subscribers = null;
            left.remove(this);
            if (left.size() == 0) {
                routes.detach(filter().filter(), shard);
            }
        }
    }

    @Override
    void options(SubscriptionOptions changed) {
        super.options(changed);
        durabilityChanged();
    }

    @Override
    void durabilityChanged() {
        if (subscribers != null) {
            subscribers.refresh(this);
        }
    }
}
