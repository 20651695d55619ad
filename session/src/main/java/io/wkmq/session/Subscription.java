package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;

/** One subscription of a session. Belongs to the session's shard. */
abstract sealed class Subscription permits PlainSubscription, SharedSubscription {
    private final Session session;
    private final SubscriptionFilter filter;
    private SubscriptionOptions options;
    int position; // in its session's Subscriptions

    Subscription(Session session, SubscriptionFilter filter, SubscriptionOptions options) {
        this.session = session;
        this.filter = filter;
        this.options = options;
    }

    Session session() {
        return session;
    }

    SubscriptionFilter filter() {
        return filter;
    }

    SubscriptionOptions options() {
        return options;
    }

    void options(SubscriptionOptions changed) {
        options = changed;
    }

    /** Enters the routes. */
    abstract void attach();

    /** Leaves the routes: gets no new messages. */
    abstract void detach();

    /** The session became durable or ceased to be. */
    abstract void durabilityChanged();

    /** Whether its messages are kept on disk. */
    boolean durable() {
        return session.durable() && options.qos() != Qos.AT_MOST_ONCE;
    }
}
