package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import org.jspecify.annotations.Nullable;

/** One subscription of a session. Belongs to the session's shard. */
abstract sealed class Subscription permits PlainSubscription, SharedSubscription {
    private final Session session;
    private final SubscriptionFilter filter;
    private SubscriptionOptions options;
    private @Nullable SubscriptionOptions granted;
    private int unanswered; // SUBSCRIBEs that changed the options
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

    /** A SUBSCRIBE has changed the options; one of the next two follows, in the order of the SUBSCRIBEs. */
    void asked() {
        unanswered++;
    }

    /** A SUBSCRIBE is answered with success. */
    void granted(SubscriptionOptions options) {
        unanswered--;
        granted = options;
    }

    /**
     * A SUBSCRIBE is answered with an error.
     *
     * @return whether the options are to be those that were granted last; else a later SUBSCRIBE decides
     */
    boolean refused() {
        unanswered--;
        return unanswered == 0;
    }

    /** The options that were granted last, or null if the client has not been granted any. */
    @Nullable
    SubscriptionOptions granted() {
        return granted;
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
