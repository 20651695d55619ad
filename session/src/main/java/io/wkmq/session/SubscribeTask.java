package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A SUBSCRIBE or UNSUBSCRIBE in progress. Confined to the session's shard. Its changes take effect for messages at once; for a
 * durable session the answer waits for the journal. A SUBSCRIBE that could not be stored is undone, in the journal too, as it
 * may still get stored later. A successful SUBSCRIBE is answered only once the other nodes know of it as well.
 */
final class SubscribeTask implements Gate.Waiter {
    /**
     * The effect of one request of the packet.
     *
     * @param options the new options of the subscription, null if it was removed
     */
    private record Change(
            int request,
            Subscription subscription,
            @Nullable SubscriptionOptions options) {}

    private final Session session;
    private final Shard shard;
    private final boolean durable; // the answer waits for the journal
    private final Consumer<List<ReasonCode>> done;
    private final List<ReasonCode> reasons;
    private final List<Change> changes;
    private final List<Subscription> wantRetained = new ArrayList<>(1);
    private boolean routesKnown = true;
    private boolean granted; // waits for nothing but the routes

    SubscribeTask(Session session, Shard shard, int requests, Consumer<List<ReasonCode>> done) {
        this.session = session;
        this.shard = shard;
        this.durable = session.durable();
        this.done = done;
        this.reasons = new ArrayList<>(requests);
        this.changes = new ArrayList<>(requests);
    }

    void subscribe(List<SubscribeRequest> requests) {
        for (SubscribeRequest request : requests) {
            reasons.add(subscribe(request));
        }
        RoutesKnown routes = shard.routesKnown();
        if (!changes.isEmpty() && !routes.known()) {
            routesKnown = false;
            routes.awaitKnown(() -> shard.mailbox().post(this::routesKnown));
        }
        answer();
    }

    private ReasonCode subscribe(SubscribeRequest request) {
        SubscriptionFilter filter = request.filter();
        SubscriptionOptions options = request.options();
        if (durable && !shard.journal().writable()) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        Subscription subscription = session.subscriptions().find(filter);
        SubscriptionOptions before = subscription == null ? null : subscription.options();
        if (subscription == null) {
            int max = shard.config().maxSubscriptions();
            if (max > 0 && session.subscriptions().size() >= max) {
                return ReasonCode.QUOTA_EXCEEDED;
            }
            subscription = session.subscriptions().subscribe(filter, options);
        } else {
            subscription.options(options); // [MQTT-3.8.4-3]
        }
        changes.add(new Change(reasons.size(), subscription, options));
        if (durable) {
            shard.openSubscribes().asked(subscription, before);
            shard.journal().subscribe(session.clientId(), filter, options);
        }
        if (wantsRetained(filter, options, before == null)) {
            wantRetained.add(subscription);
        }
        return granted(options.qos());
    }

    /** Returns the reason code that grants a QoS. */
    static ReasonCode granted(Qos qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> ReasonCode.SUCCESS;
            case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
            case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
        };
    }

    private static boolean wantsRetained(SubscriptionFilter filter, SubscriptionOptions options, boolean isNew) {
        if (filter.shared()) {
            return false; // MQTT 5, 4.8.2: no retained messages for shared subscriptions
        }
        return switch (options.retainHandling()) {
            case SEND -> true;
            case SEND_IF_NEW -> isNew;
            case DO_NOT_SEND -> false;
        };
    }

    void unsubscribe(List<SubscriptionFilter> filters) {
        for (SubscriptionFilter filter : filters) {
            Subscription subscription = session.subscriptions().find(filter);
            if (subscription == null) {
                reasons.add(ReasonCode.NO_SUBSCRIPTION_EXISTED);
                continue;
            }
            changes.add(new Change(reasons.size(), subscription, null));
            session.subscriptions().unsubscribe(subscription);
            if (durable) {
                shard.journal().unsubscribe(session.clientId(), filter);
            }
            reasons.add(ReasonCode.SUCCESS);
        }
        answer();
    }

    private void answer() {
        if (durable && !changes.isEmpty()) {
            shard.journal().await(this);
        } else {
            opened(null);
        }
    }

    @Override
    public void opened(@Nullable String failure) {
        for (Change change : changes) {
            SubscriptionOptions options = change.options();
            if (failure != null) {
                reasons.set(change.request(), ReasonCode.UNSPECIFIED_ERROR);
                if (options != null) { // an UNSUBSCRIBE holds whatever the answer
                    undo(change.subscription());
                }
            } else if (options != null && durable) {
                shard.openSubscribes().granted(change.subscription(), options);
            }
        }
        if (failure != null) {
            done.accept(reasons);
        } else {
            granted = true;
            answerGranted();
        }
    }

    private void routesKnown() {
        routesKnown = true;
        answerGranted();
    }

    private void answerGranted() {
        if (granted && routesKnown) {
            done.accept(reasons);
            sendRetained();
        }
    }

    private void sendRetained() {
        for (Subscription subscription : wantRetained) {
            if (!session.ended() && session.subscriptions().find(subscription.filter()) == subscription) {
                session.outbound().startRetained(subscription);
            }
        }
        session.outbound().pump();
    }

    private void undo(Subscription subscription) {
        SubscriptionFilter filter = subscription.filter();
        OpenSubscribes.Open refused = shard.openSubscribes().refused(subscription);
        if (refused == null || session.ended() || session.subscriptions().find(filter) != subscription) {
            return;
        }
        SubscriptionOptions granted = refused.granted();
        if (granted == null) {
            session.subscriptions().unsubscribe(subscription);
        } else {
            subscription.options(granted);
        }
        if (session.durable()) {
            if (granted == null) {
                shard.journal().unsubscribe(session.clientId(), filter);
            } else {
                shard.journal().subscribe(session.clientId(), filter, granted);
            }
        }
    }
}
