package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages that a session's new subscriptions are still to get: one cursor per subscription, read only as fast
 * as the client takes them, in turn. Belongs to the session's shard.
 */
final class RetainedStreams {
    /** How many topics are passed at most in the search for one message. */
    private static final int STEPS_PER_READ = 16;

    /** How many messages are sent in one turn of the loop. */
    private static final int SENT_PER_TURN = 256;

    private final Session session;
    private final Shard shard;
    private final Predicate<Qos> mayStart;

    /** By subscription, the one whose turn is next first. One SUBSCRIBE can bring a hundred thousand of them. */
    private final Map<Subscription, Retained.Cursor> streams = new LinkedHashMap<>();

    private int left; // to be sent in this turn of the loop

    /** None yet; whether a message of at most some QoS can be sent now is asked for each of them. */
    RetainedStreams(Session session, Shard shard, Predicate<Qos> mayStart) {
        this.session = session;
        this.shard = shard;
        this.mayStart = mayStart;
    }

    boolean isEmpty() {
        return streams.isEmpty();
    }

    /** Starts a subscription's stream, again if it is on the way. */
    void start(Subscription subscription, Retained.Cursor cursor) {
        stop(subscription);
        streams.put(subscription, cursor);
    }

    void stop(Subscription subscription) {
        streams.remove(subscription);
    }

    /** A turn of the loop begins. */
    void beginTurn() {
        left = SENT_PER_TURN;
    }

    /** Whether enough was sent for one turn of the loop. */
    boolean turnOver() {
        return left == 0;
    }

    /** Sends the next message, or looks for it, if it can be sent now; returns whether it could. There must be a stream. */
    boolean send(ClientLink to) {
        // A cursor is read only when its message can be sent, so that what is sent is what is retained now.
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

    /** The highest QoS that the next message can have. */
    private Qos nextQos() {
        return streams.keySet().iterator().next().options().qos();
    }

    /**
     * Reads one message of the next stream; null if none for the client was found in a bounded time, which is not the end of
     * all streams.
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
