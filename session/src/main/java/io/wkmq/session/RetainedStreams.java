package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages that a session's new subscriptions are still to get: one cursor per subscription, read only as fast
 * as the client takes them, in turn. Belongs to the session's shard.
 */
final class RetainedStreams {
    private record Stream(Subscription subscription, Retained.Cursor cursor) {}

    private final ArrayDeque<Stream> streams = new ArrayDeque<>(2);

    boolean isEmpty() {
        return streams.isEmpty();
    }

    /** Starts a subscription's stream, again if it is on the way. */
    void start(Subscription subscription, Retained.Cursor cursor) {
        stop(subscription);
        streams.addLast(new Stream(subscription, cursor));
    }

    void stop(Subscription subscription) {
        streams.removeIf(stream -> stream.subscription() == subscription);
    }

    /** The highest QoS that the next message can have. */
    Qos nextQos() {
        return streams.getFirst().subscription().options().qos();
    }

    /** Reads one message of the next stream; null if there was none for the client, which is not the end of all streams. */
    @Nullable
    Delivery read(long nowMs) {
        Stream stream = streams.removeFirst();
        Message message = stream.cursor().next();
        if (message == null) {
            return null;
        }
        streams.addLast(stream);
        Subscription subscription = stream.subscription();
        SubscriptionOptions options = subscription.options();
        boolean own = options.noLocal() && subscription.session().clientId().equals(message.publisher());
        if (own || message.expired(nowMs)) {
            return null;
        }
        return new Delivery(message, message.qos().min(options.qos()), true, subscription.identifiers(), null);
    }
}
