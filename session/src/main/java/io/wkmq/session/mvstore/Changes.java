package io.wkmq.session.mvstore;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.SessionStore.Hold;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SessionStore.StoredDelivery.State;
import io.wkmq.session.StampedMessage;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Applies changes in call order to two results: a log record with the changes of one batch, and the net effect of all changes
 * since the last checkpoint. Deliveries and retained messages are added to the record last, so that those added and removed
 * within a batch are never written. Confined to the storage thread.
 */
final class Changes {
    private final Map<String, Long> numbers = new HashMap<>();
    private final RecordWriter record = new RecordWriter();

    /** Not in the log yet; some may already be gone. */
    private final List<PendingDelivery> added = new ArrayList<>();

    private final Held held = new Held();

    private final Map<TopicName, Optional<StampedMessage>> retained = new LinkedHashMap<>();
    private final List<PendingMessage> sealedMessages = new ArrayList<>();
    private final RecentMessages recent = new RecentMessages();
    private int unsealedSize;

    private Pending pending = Pending.live();
    private long nextSession;
    private long nextMessage;
    private long ignored;

    Changes(long nextSession, long nextMessage) {
        this.nextSession = nextSession;
        this.nextMessage = nextMessage;
    }

    /** Registers a session that the tables have. */
    void known(String clientId, long number) {
        numbers.put(clientId, number);
    }

    /** Returns the batch as a record, empty if it has no net effect. {@link #logged} or {@link #unseal} must follow. */
    RecordWriter seal() {
        unsealedSize = record.size();
        for (PendingDelivery delivery : added) {
            StoredDelivery current = delivery.current();
            PendingMessage message = delivery.message;
            if (!delivery.gone && current != null && message != null) {
                if (!message.logged) {
                    message.logged = true;
                    sealedMessages.add(message);
                    record.message(message.number, message.message);
                }
                record.enqueue(delivery.session, current, message.number);
            }
        }
        retained.forEach((topic, message) -> message.ifPresentOrElse(record::retain, () -> record.clear(topic)));
        return record;
    }

    /** Starts the next batch: the record is in the log. */
    void logged() {
        keep();
        record.clear();
    }

    /** Returns the record's contents to the batch: the record could not be written. */
    void unseal() {
        sealedMessages.forEach(message -> message.logged = false);
        sealedMessages.clear();
        record.truncate(unsealedSize);
    }

    /**
     * Takes the changes accumulated for a checkpoint, excluding what is held back. A part not in the log yet will be logged all
     * the same: applying it twice is harmless.
     */
    Pending take() {
        seal();
        keep();
        Pending taken = pending;
        pending = Pending.live();
        recent.clear();
        held.carryOver(taken, pending, this::newMessage);
        return taken;
    }

    private void keep() {
        added.forEach(delivery -> delivery.logged = true);
        added.clear();
        retained.clear();
        sealedMessages.clear();
    }

    /** Returns whether everything {@link #take taken} is in the log. */
    boolean allLogged() {
        return record.isEmpty();
    }

    /** Returns whether a checkpoint would have nothing to write. */
    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Returns the approximate size of what could not be logged so far. */
    long unloggedBytes() {
        return record.size() + 64L * added.size();
    }

    long nextSession() {
        return nextSession;
    }

    long nextMessage() {
        return nextMessage;
    }

    /** Returns the number of changes that concerned a session not stored. */
    long ignored() {
        return ignored;
    }

    void put(StoredSession session) {
        Long known = numbers.get(session.clientId());
        if (known != null) {
            pending.update(known, session);
            record.update(known, session);
        } else {
            long number = nextSession++;
            numbers.put(session.clientId(), number);
            pending.create(number, session);
            record.create(number, session);
        }
    }

    void remove(String clientId) {
        Long number = numbers.remove(clientId);
        if (number == null) {
            ignored++;
        } else {
            pending.remove(number);
            record.remove(number);
        }
    }

    void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {
        Long session = session(clientId);
        if (session != null) {
            pending.subscribe(session, filter, options);
            record.subscribe(session, filter, options);
        }
    }

    void unsubscribe(String clientId, SubscriptionFilter filter) {
        Long session = session(clientId);
        if (session != null) {
            pending.unsubscribe(session, filter);
            record.unsubscribe(session, filter);
        }
    }

    void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold) {
        Long session = session(clientId);
        if (session == null) {
            return;
        }
        if (hold != null) {
            held.enqueue(hold, session, delivery, pending, this::newMessage);
            return;
        }
        PendingMessage message = recent.find(delivery.message());
        if (message == null) {
            message = newMessage(delivery.message());
            recent.add(message);
        }
        added.add(pending.enqueue(session, delivery, message));
    }

    private PendingMessage newMessage(Message message) {
        return new PendingMessage(message, nextMessage++);
    }

    /** Ends a hold: the held deliveries join the batch. */
    void letGo(Hold hold) {
        added.addAll(held.end(hold));
    }

    void move(String clientId, long sequence, int packetId, State state) {
        Long session = session(clientId);
        if (session != null && pending.move(session, sequence, packetId, state)) {
            record.move(session, sequence, packetId, state);
        }
    }

    void dequeue(String clientId, long sequence, @Nullable Hold ended) {
        if (ended != null) {
            letGo(ended);
        }
        Long session = session(clientId);
        if (session != null && pending.dequeue(session, sequence)) {
            record.dequeue(session, sequence);
        }
    }

    void awaitRelease(String clientId, int packetId, @Nullable Hold ended) {
        if (ended != null) {
            letGo(ended);
        }
        Long session = session(clientId);
        if (session != null) {
            pending.awaitRelease(session, packetId);
            record.awaitRelease(session, packetId);
        }
    }

    void released(String clientId, int packetId) {
        Long session = session(clientId);
        if (session != null) {
            pending.released(session, packetId);
            record.released(session, packetId);
        }
    }

    void retain(StampedMessage message) {
        pending.retain(message);
        retained.put(message.topic(), Optional.of(message));
    }

    void clear(TopicName topic) {
        pending.clear(topic);
        retained.put(topic, Optional.empty());
    }

    private @Nullable Long session(String clientId) {
        Long number = numbers.get(clientId);
        if (number == null) {
            ignored++;
        }
        return number;
    }
}
