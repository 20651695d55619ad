package io.wkmq.session.mvstore;

import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SessionStore.StoredDelivery.State;
import io.wkmq.session.StampedMessage;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The net effect of all changes since the last checkpoint, without what was added and removed in between. Sessions are
 * identified by number. Confined to the storage thread while it grows, then to the thread that writes it to the tables.
 */
final class Pending {
    private final LongMap<PendingSession> sessions = new LongMap<>();
    private final List<Long> removedSessions = new ArrayList<>();
    private final Map<TopicName, Optional<StampedMessage>> retained = new HashMap<>();

    /** Whether the tables may already have what is added here. */
    private final boolean replayed;

    private Pending(boolean replayed) {
        this.replayed = replayed;
    }

    /** Creates an empty instance that distinguishes new entries from those in the tables. */
    static Pending live() {
        return new Pending(false);
    }

    /**
     * Creates an empty instance for changes replayed from a log, which the tables may partly have: every removal also applies
     * to the tables.
     */
    static Pending replayed() {
        return new Pending(true);
    }

    /** Returns whether there is nothing to write. */
    boolean isEmpty() {
        return sessions.isEmpty() && removedSessions.isEmpty() && retained.isEmpty();
    }

    /** Returns the changed sessions by number. */
    LongMap<PendingSession> sessions() {
        return sessions;
    }

    /** Returns the numbers of sessions to be removed from the tables completely, before anything else is written. */
    List<Long> removedSessions() {
        return removedSessions;
    }

    Map<TopicName, Optional<StampedMessage>> retained() {
        return retained;
    }

    void create(long session, StoredSession stored) {
        PendingSession created = new PendingSession(session, true);
        created.session = stored;
        sessions.put(session, created);
    }

    void update(long session, StoredSession stored) {
        of(session).session = stored;
    }

    void remove(long session) {
        PendingSession gone = sessions.remove(session);
        if (gone != null) {
            for (long sequence : gone.deliveries.sortedKeys()) {
                end(gone.deliveries.get(sequence));
            }
        }
        if (gone == null || !gone.isNew) {
            removedSessions.add(session);
        }
    }

    void subscribe(long session, SubscriptionFilter filter, SubscriptionOptions options) {
        of(session).subscriptions.put(filter, Optional.of(options));
    }

    void unsubscribe(long session, SubscriptionFilter filter) {
        of(session).subscriptions.put(filter, Optional.empty());
    }

    PendingDelivery enqueue(long session, StoredDelivery delivery, PendingMessage message) {
        PendingDelivery added = PendingDelivery.added(session, delivery, message);
        message.references++;
        end(of(session).deliveries.put(delivery.sequence(), added));
        return added;
    }

    /** Reverts the enqueueing of a delivery that is new and still pending. */
    void withdraw(long session, long sequence) {
        end(of(session).deliveries.remove(sequence));
    }

    /** Returns whether the change must be logged: not if the delivery is new and not logged yet, nor if it is gone. */
    boolean move(long session, long sequence, int packetId, State state) {
        LongMap<PendingDelivery> deliveries = of(session).deliveries;
        PendingDelivery delivery = deliveries.get(sequence);
        if (delivery == null) {
            delivery = PendingDelivery.known(session);
            deliveries.put(sequence, delivery);
        }
        if (delivery.gone) {
            return false;
        }
        delivery.move(packetId, state);
        return delivery.logged;
    }

    /** Returns whether the change must be logged: not if the delivery is new and not logged yet. */
    boolean dequeue(long session, long sequence) {
        PendingSession owner = of(session);
        PendingDelivery gone = owner.deliveries.remove(sequence);
        end(gone);
        if (replayed || (!owner.isNew && (gone == null || !gone.isNew()))) {
            owner.deliveries.put(sequence, PendingDelivery.ended(session));
        }
        return gone == null || gone.logged;
    }

    void awaitRelease(long session, int packetId) {
        of(session).awaitingRelease.put(packetId, true);
    }

    void released(long session, int packetId) {
        PendingSession owner = of(session);
        if (owner.isNew) {
            owner.awaitingRelease.remove(packetId);
        } else {
            owner.awaitingRelease.put(packetId, false);
        }
    }

    void retain(StampedMessage message) {
        retained.put(message.topic(), Optional.of(message));
    }

    void clear(TopicName topic) {
        retained.put(topic, Optional.empty());
    }

    private PendingSession of(long session) {
        PendingSession known = sessions.get(session);
        if (known == null) {
            known = new PendingSession(session, false);
            sessions.put(session, known);
        }
        return known;
    }

    private static void end(@Nullable PendingDelivery delivery) {
        if (delivery != null) {
            delivery.gone = true;
            PendingMessage message = delivery.message;
            if (message != null) {
                message.references--;
            }
        }
    }
}
