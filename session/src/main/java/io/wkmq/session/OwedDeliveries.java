package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.session.MovedMessages.Owed;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one client is owed, in flight and queued, when its session moves, ends, or begins or ceases to be stored. Belongs to the session's
 * shard, as do the window and the queue, which are null as long as there was nothing to put into them.
 */
final class OwedDeliveries {
    private OwedDeliveries() {}

    /** What another node is to know. What came behind that sequence number is recent. */
    static List<Owed> list(@Nullable Inflight inflight, @Nullable MessageQueue queue, long recentAfter) {
        List<Owed> all = new ArrayList<>();
        if (inflight != null) {
            inflight.forEach(delivery -> all.add(new Owed(
                    delivery.toStore(delivery.transmitted ? stateOf(delivery) : StoredDelivery.State.QUEUED),
                    delivery.sequence > recentAfter)));
        }
        if (queue != null) {
            queue.list()
                    .forEach(delivery -> all.add(
                            new Owed(delivery.toStore(StoredDelivery.State.QUEUED), delivery.sequence > recentAfter)));
        }
        return all;
    }

    private static StoredDelivery.State stateOf(Delivery sent) {
        return sent.released ? StoredDelivery.State.RELEASED : StoredDelivery.State.SENT;
    }

    /** Gives all of QoS 1 and 2 to the journal. */
    static void store(@Nullable Inflight inflight, @Nullable MessageQueue queue, Journal journal, String clientId) {
        if (inflight != null) {
            inflight.forEach(delivery -> store(delivery, stateOf(delivery), journal, clientId));
        }
        if (queue != null) {
            queue.list().forEach(delivery -> store(delivery, StoredDelivery.State.QUEUED, journal, clientId));
        }
    }

    private static void store(Delivery delivery, StoredDelivery.State state, Journal journal, String clientId) {
        if (delivery.qos() != Qos.AT_MOST_ONCE) {
            delivery.stored = true;
            journal.enqueue(clientId, delivery.toStore(state), null);
        }
    }

    /** The journal has forgotten all of it. */
    static void notStored(@Nullable Inflight inflight, @Nullable MessageQueue queue) {
        if (inflight != null) {
            inflight.forEach(OwedDeliveries::notStored);
        }
        if (queue != null) {
            queue.forEach(OwedDeliveries::notStored);
        }
    }

    static void notStored(Delivery delivery) {
        delivery.stored = false;
        delivery.gate = null;
        delivery.held = null;
    }

    /**
     * What other members of share groups, which the session has left, are to get of that which came behind a sequence number. It is not in
     * the queue any more afterwards.
     */
    static List<Delivery> takeForOthers(@Nullable Inflight inflight, @Nullable MessageQueue queue, long sharedAfter) {
        List<Delivery> forOthers = new ArrayList<>();
        if (inflight != null) {
            inflight.forEach(delivery -> {
                if (delivery.sequence > sharedAfter && unfinished(delivery)) {
                    forOthers.add(delivery);
                }
            });
        }
        if (queue != null) {
            forOthers.addAll(queue.take(delivery -> delivery.sequence > sharedAfter && anotherMember(delivery)));
        }
        return forOthers;
    }

    private static boolean unfinished(Delivery delivery) {
        return (delivery.qos() == Qos.AT_LEAST_ONCE || !delivery.transmitted) && anotherMember(delivery);
    }

    private static boolean anotherMember(Delivery delivery) {
        SharedSubscription shared = delivery.shared();
        return shared != null && !shared.group().empty();
    }
}
