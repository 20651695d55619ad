package io.wkmq.session.mvstore;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SessionStore.StoredDelivery.State;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the changes in the order of the calls, finds the sessions' numbers and gathers the net effect. Belongs to the
 * storage thread.
 */
final class Changes {
    private final Map<String, Long> numbers = new HashMap<>();
    private Pending pending = new Pending();
    private long nextSession;
    private long nextMessage;
    private long ignored;

    Changes(long nextSession, long nextMessage) {
        this.nextSession = nextSession;
        this.nextMessage = nextMessage;
    }

    /** Notes a session that the tables have. */
    void known(String clientId, long number) {
        numbers.put(clientId, number);
    }

    /** What was gathered since the last call. */
    Pending take() {
        Pending taken = pending;
        pending = new Pending();
        return taken;
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    long nextSession() {
        return nextSession;
    }

    long nextMessage() {
        return nextMessage;
    }

    /** How many changes were about a session that is not stored. */
    long ignored() {
        return ignored;
    }

    void put(StoredSession session) {
        Long known = numbers.get(session.clientId());
        if (known != null) {
            pending.update(known, session);
        } else {
            long number = nextSession++;
            numbers.put(session.clientId(), number);
            pending.create(number, session);
        }
    }

    void remove(String clientId) {
        Long number = numbers.remove(clientId);
        if (number != null) {
            pending.remove(number);
        }
    }

    void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {
        Long session = session(clientId);
        if (session != null) {
            pending.subscribe(session, filter, options);
        }
    }

    void unsubscribe(String clientId, SubscriptionFilter filter) {
        Long session = session(clientId);
        if (session != null) {
            pending.unsubscribe(session, filter);
        }
    }

    void enqueue(String clientId, StoredDelivery delivery) {
        Long session = session(clientId);
        if (session != null) {
            PendingMessage message = pending.message(delivery.message(), nextMessage);
            if (message.number == nextMessage) {
                nextMessage++;
            }
            pending.enqueue(session, delivery, message);
        }
    }

    void move(String clientId, long sequence, int packetId, State state) {
        Long session = session(clientId);
        if (session != null) {
            pending.move(session, sequence, packetId, state);
        }
    }

    void dequeue(String clientId, long sequence) {
        Long session = session(clientId);
        if (session != null) {
            pending.dequeue(session, sequence);
        }
    }

    void awaitRelease(String clientId, int packetId) {
        Long session = session(clientId);
        if (session != null) {
            pending.awaitRelease(session, packetId);
        }
    }

    void released(String clientId, int packetId) {
        Long session = session(clientId);
        if (session != null) {
            pending.released(session, packetId);
        }
    }

    void retain(Message message) {
        pending.retain(message);
    }

    void clear(TopicName topic) {
        pending.clear(topic);
    }

    private @Nullable Long session(String clientId) {
        Long number = numbers.get(clientId);
        if (number == null) {
            ignored++;
        }
        return number;
    }
}
