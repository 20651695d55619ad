package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.session.MovedMessages.Owed;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that one client is owed, in flight and queued, in one order; here is what becomes of it when its session comes, moves, ends, or begins
 * or ceases to be stored. Belongs to the session's shard. {@link Outbound}, the way to the client, is one rather than the owner of one,
 * for there are as many as sessions and every delivery passes through both.
 */
abstract class OwedDeliveries {
    final Session session;
    final Shard shard;

    @Nullable
    Inflight inflight; // since there was something to put into it

    @Nullable
    MessageQueue queue; // since there was something to put into it

    private long sequence; // of the last delivery

    OwedDeliveries(Session session, Shard shard) {
        this.session = session;
        this.shard = shard;
    }

    /** An empty window for what is in flight. */
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

    /** The sequence number of the last delivery. */
    final long sequence() {
        return sequence;
    }

    /** Puts a delivery behind all others in their order. */
    final void number(Delivery delivery) {
        delivery.sequence = ++sequence;
    }

    /** What another node is to know of all that is owed. What came behind that sequence number is recent. */
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

    /** Takes everything out of the queue, in order. */
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

    /** Puts a delivery, which was taken out of the queue, behind all others. */
    final void append(Delivery delivery) {
        number(delivery);
        queue().restore(delivery);
    }

    /** Takes back a delivery that was stored before a restart, or on another node, in the order of the sequence numbers. */
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

    /** Deliveries that come now are numbered behind that. */
    final void restoreSequence(long upTo) {
        sequence = Math.max(sequence, upTo);
    }

    /** Gives all of QoS 1 and 2 to the journal, of a session that has become durable. */
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

    /** The journal has forgotten the session: it is durable no more. */
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

    /** Makes the journal forget a delivery it knows. */
    final void forgetStored(Delivery delivery) {
        if (delivery.stored) {
            delivery.stored = false;
            shard.journal().dequeue(session.clientId(), delivery, null);
        }
    }

    /**
     * What other members of share groups, which the session has left, are to get of that which came behind a sequence number. It is not in
     * the queue any more afterwards.
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

    /** Nothing is owed any more; the action gets what was still queued. */
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
