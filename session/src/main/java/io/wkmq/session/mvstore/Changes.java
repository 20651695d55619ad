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
 * Takes the changes in the order of the calls and turns them into two things: a record for the log, with what one batch
 * changed, and the net of all changes since the last checkpoint. Deliveries and retained messages enter the record last, so
 * that those which come and go within the batch are never written. Belongs to the storage thread.
 */
final class Changes {
    private final Map<String, Long> numbers = new HashMap<>();
    private final RecordWriter record = new RecordWriter();

    /** Not in the log yet; some may be gone already. */
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

    /** Notes a session that the tables have. */
    void known(String clientId, long number) {
        numbers.put(clientId, number);
    }

    /** The batch as a record, empty if it changed nothing after all. Then either {@link #logged} or {@link #unseal}. */
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

    /** The record is in the log: the next batch begins. */
    void logged() {
        keep();
        record.clear();
    }

    /** The record could not be written: what it held stays in the batch. */
    void unseal() {
        sealedMessages.forEach(message -> message.logged = false);
        sealedMessages.clear();
        record.truncate(unsealedSize);
    }

    /**
     * What has gathered for a checkpoint, but for what is held back. If part of it is not in the log it will be all the same:
     * having it twice does no harm.
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

    /** Whether the log has everything that was {@link #take taken}. */
    boolean allLogged() {
        return record.isEmpty();
    }

    /** Whether a checkpoint would find anything. */
    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** What could not be logged so far takes that many bytes. */
    long unloggedBytes() {
        return record.size() + 64L * added.size();
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

    /** Ends a hold: what was held is in the batch. */
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
