package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;
import java.util.List;

/**
 * The subscriptions of a session, with their entries in the route table and in share groups. Confined to the session's shard.
 * Extends the table instead of owning one because there is one per session.
 */
final class Subscriptions extends SubscriptionTable {
    private final Session session;
    private boolean shared; // has had a shared subscription

    Subscriptions(Session session, Shard shard) {
        super(shard.routes().filterHash());
        this.session = session;
    }

    /** Returns whether the session has ever had a shared subscription. */
    boolean shared() {
        return shared;
    }

    /** Adds a subscription to a filter not subscribed to yet. */
    Subscription subscribe(SubscriptionFilter filter, SubscriptionOptions options) {
        Subscription added = make(filter, options);
        added.attach();
        return added;
    }

    /**
     * Subscribes a session arriving from another node, except in share groups, which would give it messages that no other
     * session gets.
     */
    void arriving(List<SubscribeRequest> subscriptions) {
        for (SubscribeRequest each : subscriptions) {
            Subscription added = make(each.filter(), each.options());
            if (!added.shared()) {
                added.attach();
            }
        }
    }

    /** Joins the share groups of a session that has arrived. */
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

    /** Removes an existing subscription. */
    void unsubscribe(Subscription subscription) {
        remove(subscription);
        leave(subscription);
        session.outbound().stopRetained(subscription);
        if (subscription instanceof SharedSubscription left) {
            session.outbound().redispatchQueued(left);
        }
    }

    /** Removes the ended session from all routes. */
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

    /** Updates the share groups, as other nodes count their connected members. */
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
