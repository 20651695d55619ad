package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;
import org.jspecify.annotations.Nullable;

/** A subscription that is not shared: its session gets every message of the filter. */
final class PlainSubscription extends Subscription {
    private @Nullable ShardSubscribers subscribers; // while attached
    int index; // in the subscribers
    boolean countedDurable; // by the subscribers

    PlainSubscription(Session session, SubscriptionFilter filter, SubscriptionOptions options) {
        super(session, filter, options);
    }

    @Override
    void attach() {
        Shard shard = session().shard();
        ShardSubscribers joined = shard.routes().attach(filter().filter(), shard.index(), ShardSubscribers::new);
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
                Shard shard = session().shard();
                shard.routes().detach(filter().filter(), shard.index());
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
