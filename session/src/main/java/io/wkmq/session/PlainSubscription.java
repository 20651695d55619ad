package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;
import org.jspecify.annotations.Nullable;

/** A subscription that is not shared: its session gets every message that matches the filter. */
final class PlainSubscription extends Subscription {
    private final TopicFilter filter;
    private @Nullable ShardSubscribers subscribers; // while attached
    private int place; // index among subscribers, and whether counted as durable, in one field: there are millions

    PlainSubscription(Session session, TopicFilter filter, SubscriptionOptions options) {
        super(session, options);
        this.filter = filter;
    }

    /** Returns its index among the subscribers, which assign it. */
    int index() {
        return place >>> 1;
    }

    void index(int index) {
        place = (index << 1) | (place & 1);
    }

    /** Returns whether the subscribers count it as durable. */
    boolean counted() {
        return (place & 1) != 0;
    }

    void counted(boolean durable) {
        place = (place & ~1) | (durable ? 1 : 0);
    }

    @Override
    SubscriptionFilter filter() {
        return new SubscriptionFilter(null, filter);
    }

    @Override
    TopicFilter topicFilter() {
        return filter;
    }

    @Override
    boolean isTo(SubscriptionFilter other) {
        return !other.shared() && filter.equals(other.filter());
    }

    @Override
    boolean shared() {
        return false;
    }

    @Override
    void attach() {
        Shard shard = session().shard();
        ShardSubscribers joined = shard.routes().attach(filter, shard.index(), ShardSubscribers::new);
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
                shard.routes().detach(filter, shard.index());
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
