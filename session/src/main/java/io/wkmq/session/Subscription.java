package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;

/** A subscription of a session. Confined to the session's shard. A broker keeps millions of them, so every field counts. */
abstract sealed class Subscription permits PlainSubscription, SharedSubscription {
    private final Session session;
    private SubscriptionOptions options;

    Subscription(Session session, SubscriptionOptions options) {
        this.session = session;
        this.options = options;
    }

    Session session() {
        return session;
    }

    /** Returns the filter as in the SUBSCRIBE, possibly as a new object. */
    abstract SubscriptionFilter filter();

    /** Returns the filter for the topics, without the share name. */
    abstract TopicFilter topicFilter();

    /** Returns whether its filter equals the given one. */
    abstract boolean isTo(SubscriptionFilter filter);

    /** Returns whether it is a membership in a share group. */
    abstract boolean shared();

    SubscriptionOptions options() {
        return options;
    }

    void options(SubscriptionOptions changed) {
        options = changed;
    }

    /** Adds it to the route table. */
    abstract void attach();

    /** Removes it from the route table: it gets no new messages. */
    abstract void detach();

    /** Updates the routes after the session's durability may have changed. */
    abstract void durabilityChanged();

    /** Returns whether its messages are stored. */
    boolean durable() {
        return session.durable() && options.qos() != Qos.AT_MOST_ONCE;
    }
}
