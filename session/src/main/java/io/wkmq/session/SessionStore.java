package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps persistent sessions over a restart. Owned by session. Changes are taken in the order of the calls (of one thread)
 * and never block; they are durable once a {@link #flush} that was called after them completes. All methods are
 * thread-safe; all changes of one session come from one thread.
 *
 * <p>A queued message is named by its session and a sequence number that the session gives: unique in the session, rising
 * in the order of delivery, also over restarts.
 */
public interface SessionStore {
    /** Stores a session or replaces what is stored of it; its subscriptions and messages stay. */
    void put(StoredSession session);

    /** Forgets a session with its subscriptions, messages and packet ids. */
    void remove(String clientId);

    /** Adds or replaces a subscription. */
    void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options);

    /** Removes a subscription. */
    void unsubscribe(String clientId, SubscriptionFilter filter);

    /**
     * Adds a message that the session owes its client.
     *
     * @param hold holds the delivery back until it ends, or null. If the delivery is not taken the hold is told
     */
    void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold);

    /** Notes that a delivery was sent under a packet id, or reached another state. */
    void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state);

    /**
     * Forgets a delivery: it is acknowledged, dropped, expired, or somebody else's now.
     *
     * @param ended a hold that ends with this, or null: after a crash what was held is there, or the delivery, never both
     */
    void dequeue(String clientId, long sequence, @Nullable Hold ended);

    /**
     * Notes that a QoS 2 PUBLISH with this packet id was received and awaits its PUBREL.
     *
     * @param ended a hold that ends with this, or null: after a crash the packet id and what was held are both there, or
     *     neither is
     */
    void awaitRelease(String clientId, int packetId, @Nullable Hold ended);

    /** Notes that the PUBREL came. */
    void released(String clientId, int packetId);

    /** Ends a hold with nothing else: what was held is stored like any other delivery. */
    void letGo(Hold hold);

    /**
     * Calls back once everything before is as durable as configured: on disk (sync), or handed to the store (interval, none);
     * but not what is still held back: a flush never waits for the end of a hold. Called back on the store's thread; the
     * callback must be short. Many flushes share one write to disk.
     */
    void flush(Completion completion);

    /** Whether the store takes durable writes. False after an I/O error or while the disk is full. */
    boolean writable();

    /** Reads everything that is stored, once, before the first change. Blocks. */
    void restore(Restored restored);

    /**
     * Holds deliveries of any sessions back, so that all of them and the change that ends the hold are stored in one piece.
     * Named by its identity; begins with the first delivery under it. Whoever uses it must end it, once, after the last
     * call that adds to it has returned. What is still held when the store is closed, or the process ends, is forgotten.
     * A held delivery can be changed and removed like any other.
     */
    @FunctionalInterface
    interface Hold {
        /** The store does not take a delivery under it. Called in the call that would add it. */
        void refused(String reason);
    }

    /** Learns how a flush ended. */
    interface Completion {
        /** Everything before the flush is durable, but for what is held back. */
        void durable();

        /** It is not, and may be lost: nothing that depends on it may be acknowledged. */
        void failed(String reason);
    }

    /** Takes what {@link #restore} reads: a session first, then all that belongs to it. */
    interface Restored {
        /** The next session; what follows belongs to it. */
        void session(StoredSession session);

        /** A subscription. */
        void subscription(SubscriptionFilter filter, SubscriptionOptions options);

        /** A delivery, in the order of the sequence numbers. */
        void delivery(StoredDelivery delivery);

        /** A packet id that awaits its PUBREL. */
        void awaitingRelease(int packetId);
    }

    /**
     * A stored delivery.
     *
     * @param sequence its number in the session
     * @param message the message
     * @param qos the QoS to this client, 1 or 2 (0 is never stored)
     * @param retain the RETAIN flag to this client
     * @param subscriptionIdentifiers the identifiers of the matching subscriptions
     * @param share the group and filter that it came by, or null
     * @param packetId the packet id under which it was sent, 0 if it was not
     * @param state how far it is
     */
    record StoredDelivery(
            long sequence,
            Message message,
            Qos qos,
            boolean retain,
            int[] subscriptionIdentifiers,
            @Nullable SubscriptionFilter share,
            int packetId,
            State state) {
        /** How far a delivery is. */
        public enum State {
            /** Not sent yet. */
            QUEUED,
            /** PUBLISH was sent. */
            SENT,
            /** PUBREC came, PUBREL was sent (QoS 2). */
            RELEASED
        }
    }
}
