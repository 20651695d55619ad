package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.session.MovedMessages.Owed;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All pending deliveries of one client, inflight and queued, in one order; handles their fate when the session arrives, moves,
 * ends, becomes durable or ceases to be. Confined to the session's shard. {@link Outbound} extends this class instead of owning
 * an instance because there is one per session and every delivery passes through both.
 */
abstract class OwedDeliveries {
    final Session session;
    final Shard shard;

    @Nullable
    Inflight inflight; // created when first needed

    @Nullable
    MessageQueue queue; // created when first needed

    private long sequence; // of the last delivery

    OwedDeliveries(Session session, Shard shard) {
        this.session = session;
        this.shard = shard;
    }

    /** Returns an empty inflight window. */
    abstract Inflight newInflight();

    final Inflight inflight() {
        Inflight flows = inflight;
        if (flows == null) {
            flows = newInflight();
            inflight = flows;
        }
        return flows;
    }

    final MessageQueue queue() {
        if (queue == null) {
            queue = shard.newQueue();
        }
        return queue;
    }

    final boolean noneQueued() {
        return queue == null || queue.isEmpty();
    }

    final int inflightSize() {
        return inflight == null ? 0 : inflight.size();
    }

    final int queueLength() {
        return queue == null ? 0 : queue.length();
    }

    final long queueBytes() {
        return queue == null ? 0 : queue.bytes();
    }

    /** Returns the sequence number of the last delivery. */
    final long sequence() {
        return sequence;
    }

    /** Assigns the next sequence number to a delivery. */
    final void number(Delivery delivery) {
        delivery.sequence = ++sequence;
    }

    /** Lists the pending deliveries for another node. Those after the given sequence number are recent. */
    final List<Owed> owed(long recentAfter) {
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

    /** Empties the queue and returns its contents in order. */
    final List<Delivery> takeQueued() {
        MessageQueue q = queue;
        if (q == null) {
            return List.of();
        }
        List<Delivery> all = q.list();
        q.take(delivery -> true);
        sequence = 0;
        return all;
    }

    /** Appends a delivery that was taken out of the queue. */
    final void append(Delivery delivery) {
        number(delivery);
        queue().restore(delivery);
    }

    /** Restores a delivery stored before a restart, or moved from another node; called in order of sequence numbers. */
    final void restore(StoredDelivery stored, @Nullable SharedSubscription shared) {
        Delivery delivery =
                new Delivery(stored.message(), stored.qos(), stored.retain(), stored.subscriptionIdentifiers(), shared);
        delivery.sequence = stored.sequence();
        delivery.stored = stored.qos() != Qos.AT_MOST_ONCE;
        restoreSequence(stored.sequence());
        if (stored.state() == StoredDelivery.State.QUEUED) {
            queue().restore(delivery);
        } else {
            delivery.packetId = stored.packetId();
            delivery.released = stored.state() == StoredDelivery.State.RELEASED;
            inflight().restore(delivery);
        }
    }

    /** Makes subsequent deliveries get greater sequence numbers than the given one. */
    final void restoreSequence(long upTo) {
        sequence = Math.max(sequence, upTo);
    }

    /** Writes all QoS 1 and 2 deliveries of a newly durable session to the journal. */
    final void storeAll() {
        if (inflight != null) {
            inflight.forEach(delivery -> store(delivery, stateOf(delivery)));
        }
        if (queue != null) {
            queue.list().forEach(delivery -> store(delivery, StoredDelivery.State.QUEUED));
        }
    }

    private void store(Delivery delivery, StoredDelivery.State state) {
        if (delivery.qos() != Qos.AT_MOST_ONCE) {
            delivery.stored = true;
            shard.journal().enqueue(session.clientId(), delivery.toStore(state), null);
        }
    }

    /** Marks all deliveries as not stored, because the journal has forgotten the session. */
    final void notDurable() {
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

    /** Deletes a delivery from the journal if it is stored. */
    final void forgetStored(Delivery delivery) {
        if (delivery.stored) {
            delivery.stored = false;
            shard.journal().dequeue(session.clientId(), delivery, null);
        }
    }

    /**
     * Returns the deliveries after a sequence number that go to other members of share groups which the session has left.
     * Removes them from the queue.
     */
    final List<Delivery> takeForOthers(long sharedAfter) {
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

    /** Forgets all deliveries; the action receives those still queued. */
    final void clear(Consumer<Delivery> queued) {
        if (inflight != null) {
            shard.counts().add(Counts.INFLIGHT, -inflight.size());
            inflight = null;
        }
        if (queue != null) {
            queue.take(delivery -> true).forEach(queued);
            queue = null;
        }
    }
}
