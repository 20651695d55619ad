package io.wkmq.session.mvstore;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SessionStore.StoredDelivery.State;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The net of all changes since the last checkpoint: what was added and removed in between is not in it. Sessions are named
 * by their number. Belongs to the storage thread while it grows, then to the one that writes it into the tables.
 */
final class Pending {
    private final Map<Long, PendingSession> sessions = new HashMap<>();
    private final List<Long> removedSessions = new ArrayList<>();
    private final IdentityHashMap<Message, PendingMessage> messages = new IdentityHashMap<>();
    private final Map<TopicName, Optional<Message>> retained = new HashMap<>();

    /** Whether the tables may already have what is added here. */
    private final boolean replayed;

    private Pending(boolean replayed) {
        this.replayed = replayed;
    }

    /** Starts empty; what the tables have is told from what is new. */
    static Pending live() {
        return new Pending(false);
    }

    /**
     * Starts empty, for changes that are read from a log and may be in the tables in part: whatever is removed is removed
     * from the tables too.
     */
    static Pending replayed() {
        return new Pending(true);
    }

    /** Whether there is nothing to write. */
    boolean isEmpty() {
        return sessions.isEmpty() && removedSessions.isEmpty() && retained.isEmpty();
    }

    Iterable<PendingSession> sessions() {
        return sessions.values();
    }

    /** Numbers of sessions of which everything is to be removed from the tables, before anything else is written. */
    List<Long> removedSessions() {
        return removedSessions;
    }

    Map<TopicName, Optional<Message>> retained() {
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
            gone.deliveries.values().forEach(this::dereference);
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

    /** The message as one that deliveries refer to; it gets the number if it is not known yet. */
    PendingMessage message(Message message, long number) {
        return messages.computeIfAbsent(message, m -> new PendingMessage(m, number));
    }

    PendingDelivery enqueue(long session, StoredDelivery delivery, PendingMessage message) {
        PendingDelivery added = PendingDelivery.added(session, delivery, message);
        message.references++;
        PendingSession owner = of(session);
        PendingDelivery replaced = owner.deliveries.put(delivery.sequence(), added);
        if (replaced != null) {
            dereference(replaced);
        }
        return added;
    }

    /** Returns whether that must be logged: not if the delivery is new and itself not logged yet, nor if it is gone. */
    boolean move(long session, long sequence, int packetId, State state) {
        PendingSession owner = of(session);
        if (owner.dequeued.containsKey(sequence)) {
            return false;
        }
        PendingDelivery delivery = owner.deliveries.computeIfAbsent(sequence, s -> PendingDelivery.known(session));
        delivery.move(packetId, state);
        return delivery.logged;
    }

    /** Returns whether that must be logged: not if the delivery is new and itself not logged yet. */
    boolean dequeue(long session, long sequence) {
        PendingSession owner = of(session);
        PendingDelivery gone = owner.deliveries.remove(sequence);
        if (gone != null) {
            dereference(gone);
        }
        if (replayed || (!owner.isNew && (gone == null || !gone.isNew()))) {
            owner.dequeued.put(sequence, true);
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

    void retain(Message message) {
        retained.put(message.topic(), Optional.of(message));
    }

    void clear(TopicName topic) {
        retained.put(topic, Optional.empty());
    }

    private PendingSession of(long session) {
        return sessions.computeIfAbsent(session, number -> new PendingSession(number, false));
    }

    private void dereference(PendingDelivery delivery) {
        delivery.gone = true;
        PendingMessage message = delivery.message;
        if (message != null && --message.references == 0) {
            messages.remove(message.message);
        }
    }
}
