package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps persistent sessions across restarts. Port owned by the session module. Changes are applied in call order (per thread)
 * and never block; a change is durable once a {@link #flush} called after it completes. All methods are thread-safe; all
 * changes of one session come from one thread.
 *
 * <p>A queued message is identified by its session and a sequence number assigned by the session, which is unique within the
 * session and increases in delivery order, also across restarts.
 */
public interface SessionStore {
    /** Stores a session's own record or replaces it; its subscriptions and messages stay. */
    void put(StoredSession session);

    /** Deletes a session with its subscriptions, messages and packet ids. */
    void remove(String clientId);

    /** Adds or replaces a subscription. */
    void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options);

    /** Removes a subscription. */
    void unsubscribe(String clientId, SubscriptionFilter filter);

    /**
     * Adds a pending delivery of the session.
     *
     * @param hold holds the delivery back until the hold ends, or null. If the delivery is not accepted the hold is told
     */
    void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold);

    /** Records that a delivery was sent under a packet id or reached another state. */
    void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state);

    /**
     * Deletes a delivery: it was acknowledged, dropped, has expired, or belongs to another session now.
     *
     * @param ended a hold that ends atomically with this, or null: after a crash either the held deliveries exist or this one,
     *     never both
     */
    void dequeue(String clientId, long sequence, @Nullable Hold ended);

    /**
     * Records that a QoS 2 PUBLISH with this packet id was received and awaits its PUBREL.
     *
     * @param ended a hold that ends atomically with this, or null: after a crash the packet id and the held deliveries exist
     *     either both or not at all
     */
    void awaitRelease(String clientId, int packetId, @Nullable Hold ended);

    /** Records that the PUBREL was received. */
    void released(String clientId, int packetId);

    /** Ends a hold without a further change: the held deliveries are stored like any other. */
    void letGo(Hold hold);

    /**
     * Calls back once all preceding changes are as durable as configured: on disk (sync), or handed to the store (interval,
     * none). Held deliveries are excluded: a flush never waits for the end of a hold. The callback runs on the store's thread
     * and must be short. Many flushes share one write to disk.
     */
    void flush(Completion completion);

    /** Returns whether the store accepts durable writes. False after an I/O error or while the disk is full. */
    boolean writable();

    /** Reads everything stored. Call once, before the first change. Blocks. */
    void restore(Restored restored);

    /**
     * Holds back deliveries of any sessions, so that all of them are stored atomically with the change that ends the hold.
     * Identified by object identity; starts with the first delivery added under it. Its user must end it exactly once, after
     * the last call that adds to it has returned. Deliveries still held when the store is closed or the process ends are lost.
     * A held delivery can be changed and removed like any other.
     */
    @FunctionalInterface
    interface Hold {
        /** The store does not accept a delivery under this hold. Called from within the call that would add it. */
        void refused(String reason);
    }

    /** Receives the outcome of a flush. */
    interface Completion {
        /** All changes before the flush are durable, except for held deliveries. */
        void durable();

        /** The changes are not durable and may be lost: nothing that depends on them may be acknowledged. */
        void failed(String reason);
    }

    /** Receives what {@link #restore} reads: each session, followed by everything that belongs to it. */
    interface Restored {
        /** The next session; the following calls belong to it. */
        void session(StoredSession session);

        /** A subscription of the session. */
        void subscription(SubscriptionFilter filter, SubscriptionOptions options);

        /** A delivery of the session, in order of sequence numbers. */
        void delivery(StoredDelivery delivery);

        /** A packet id of the session that awaits its PUBREL. */
        void awaitingRelease(int packetId);
    }

    /**
     * A stored delivery.
     *
     * @param sequence its sequence number in the session
     * @param message the message
     * @param qos the QoS to this client, 1 or 2 (QoS 0 is never stored)
     * @param retain the RETAIN flag to this client
     * @param subscriptionIdentifiers the identifiers of the matching subscriptions
     * @param share the shared subscription it came through, or null
     * @param packetId the packet id under which it was sent, 0 if it was not
     * @param state its progress
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
        /** The progress of a delivery. */
        public enum State {
            /** Not sent yet. */
            QUEUED,
            /** PUBLISH was sent. */
            SENT,
            /** PUBREC was received, PUBREL was sent (QoS 2). */
            RELEASED
        }
    }
}
