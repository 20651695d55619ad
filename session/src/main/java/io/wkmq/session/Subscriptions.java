package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;
import java.util.List;

/**
 * What a session has subscribed to, and with that its places in the routes and in share groups. Belongs to its shard. A table rather than
 * the owner of one, for there are as many as sessions.
 */
final class Subscriptions extends SubscriptionTable {
    private final Session session;
    private boolean shared; // has had one in a share group

    Subscriptions(Session session, Shard shard) {
        super(shard.routes().filterHash());
        this.session = session;
    }

    /** Whether there was one in a share group. */
    boolean shared() {
        return shared;
    }

    /** Subscribes to what is not subscribed to yet. */
    Subscription subscribe(SubscriptionFilter filter, SubscriptionOptions options) {
        Subscription added = make(filter, options);
        added.attach();
        return added;
    }

    /** Subscribes a session that comes from another node, but in no share group: that would give it messages which are its alone. */
    void arriving(List<SubscribeRequest> subscriptions) {
        for (SubscribeRequest each : subscriptions) {
            Subscription added = make(each.filter(), each.options());
            if (!added.shared()) {
                added.attach();
            }
        }
    }

    /** The session is here: it joins its share groups. */
    void arrived() {
        forEach(subscription -> {
            if (subscription.shared()) {
                subscription.attach();
            }
        });
    }

    private Subscription make(SubscriptionFilter filter, SubscriptionOptions options) {
        Shard shard = session.shard();
        Subscription made = filter.shared()
                ? new SharedSubscription(
                        session, filter, options, shard.routes(), shard.config().shareStrategy())
                : new PlainSubscription(session, filter.filter(), options);
        add(made);
        shared |= made.shared();
        count(made, 1);
        return made;
    }

    /** Ends one that is there. */
    void unsubscribe(Subscription subscription) {
        remove(subscription);
        leave(subscription);
        session.outbound().stopRetained(subscription);
        if (subscription instanceof SharedSubscription left) {
            session.outbound().redispatchQueued(left);
        }
    }

    /** The session ends: nothing more is routed to it. */
    void leaveAll() {
        forEach(this::leave);
    }

    private void leave(Subscription subscription) {
        subscription.detach();
        count(subscription, -1);
    }

    private void count(Subscription subscription, int change) {
        Counts counts = session.shard().counts();
        counts.add(Counts.SUBSCRIPTIONS, change);
        if (subscription.shared()) {
            counts.add(Counts.SHARED_SUBSCRIPTIONS, change);
        }
    }

    /** Tells the share groups, for other nodes count their members that are connected. */
    void onlineChanged() {
        if (shared) {
            forEach(subscription -> {
                if (subscription instanceof SharedSubscription each) {
                    each.onlineChanged();
                }
            });
        }
    }
}
