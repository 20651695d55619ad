package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;

/** One subscription of a session. Belongs to the session's shard. A broker keeps millions of them: each field counts. */
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

    /** What stood in the SUBSCRIBE, perhaps made anew. */
    abstract SubscriptionFilter filter();

    /** The topics that it is to. */
    abstract TopicFilter topicFilter();

    /** Whether its filter is that one. */
    abstract boolean isTo(SubscriptionFilter filter);

    /** Whether it is a membership in a share group. */
    abstract boolean shared();

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
