package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages still to be sent to a session's new subscriptions: one cursor per subscription, read in turn and only
 * as fast as the client takes the messages. Confined to the session's shard.
 */
final class RetainedStreams {
    /** The maximum number of steps in the search for one message. */
    private static final int STEPS_PER_READ = 16;

    /** The maximum number of messages sent in one event loop turn. */
    private static final int SENT_PER_TURN = 256;

    private final Session session;
    private final Shard shard;
    private final Predicate<Qos> mayStart;

    /** The cursors by subscription, next in turn first. One SUBSCRIBE may yield a hundred thousand messages. */
    private final Map<Subscription, Retained.Cursor> streams = new LinkedHashMap<>();

    private int left; // remaining messages for this event loop turn

    /** Creates an empty set; {@code mayStart} tells whether a message of at most the given QoS can be sent now. */
    RetainedStreams(Session session, Shard shard, Predicate<Qos> mayStart) {
        this.session = session;
        this.shard = shard;
        this.mayStart = mayStart;
    }

    boolean isEmpty() {
        return streams.isEmpty();
    }

    /** Starts a subscription's stream, from the beginning if already in progress. */
    void start(Subscription subscription, Retained.Cursor cursor) {
        stop(subscription);
        streams.put(subscription, cursor);
    }

    void stop(Subscription subscription) {
        streams.remove(subscription);
    }

    /** Starts an event loop turn. */
    void beginTurn() {
        left = SENT_PER_TURN;
    }

    /** Returns whether this event loop turn's share has been sent. */
    boolean turnOver() {
        return left == 0;
    }

    /** Advances the next stream by one message or search attempt if possible now; returns whether it was. Requires a stream. */
    boolean send(ClientLink to) {
        // A cursor is read only when its message can be sent, so that the client gets what is retained at that time.
        if (left == 0 || !mayStart.test(nextQos())) {
            return false;
        }
        left--;
        Delivery next = read(shard.clock().millis());
        if (next != null) {
            shard.counts().increment(Counts.RETAINED_SENT);
            session.outbound().start(next, to);
        }
        return true;
    }

    /** Returns the maximum QoS of the next message. */
    private Qos nextQos() {
        return streams.keySet().iterator().next().options().qos();
    }

    /**
     * Reads one message of the next stream; returns null if none for the client was found in bounded time, which does not mean
     * that the streams have ended.
     */
    private @Nullable Delivery read(long nowMs) {
        Map.Entry<Subscription, Retained.Cursor> first =
                streams.entrySet().iterator().next();
        Subscription subscription = first.getKey();
        Retained.Cursor cursor = first.getValue();
        streams.remove(subscription);
        Message message = cursor.next(STEPS_PER_READ);
        if (!cursor.done()) {
            streams.put(subscription, cursor);
        }
        if (message == null) {
            return null;
        }
        SubscriptionOptions options = subscription.options();
        boolean own = options.noLocal() && subscription.session().clientId().equals(message.publisher());
        if (own || message.expired(nowMs)) {
            return null;
        }
        return new Delivery(message, message.qos().min(options.qos()), true, options.identifiers(), null);
    }
}
