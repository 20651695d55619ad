package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.session.MovedMessages.Owed;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of messages to one client: written at once while the client keeps up, else queued; QoS 1 and 2 are in flight until
 * they are acknowledged. Belongs to the session's shard. Nothing overtakes within QoS 0 and within QoS 1 and 2; a window that is full
 * holds back QoS 1 and 2 only.
 */
final class Outbound {
    /** The message is taken over once the journal's next flush is through. */
    static final int STORED = 1;
    /** The message was not taken over, and must not be acknowledged. */
    static final int REFUSED = 2;

    private final Session session;
    private final Shard shard;
    private @Nullable ClientLink link;
    private int quotaMax;
    private @Nullable Inflight inflight;
    private @Nullable MessageQueue queue;
    private @Nullable SideStreams sides;
    private @Nullable Redispatching redispatching;
    private long sequence;
    private long delivered;
    private long enqueued;
    private @Nullable EnumMap<DropReason, Long> dropped;

    Outbound(Session session, Shard shard) {
        this.session = session;
        this.shard = shard;
        this.quotaMax = shard.config().maxInflight();
    }

    @Nullable
    ClientLink link() {
        return link;
    }

    /** Starts on a new connection; what is owed is written by {@link #pump}. */
    void attach(ClientLink attached, int receiveMaximum) {
        link = attached;
        quotaMax = Math.min(receiveMaximum, shard.config().maxInflight());
        if (inflight != null) {
            inflight.attach(quotaMax);
        }
    }

    void detach() {
        link = null;
        if (sides != null) {
            sides.detach();
        }
    }

    /**
     * Sends or queues a message; returns {@link #STORED} or {@link #REFUSED} if its publisher has to know, else 0: also if
     * the message is held, for then the publisher sees to it that it becomes durable.
     */
    int offer(Delivery delivery) {
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            offerQos0(delivery);
            return 0;
        }
        boolean durable = session.durable();
        if (durable && !shard.journal().writable()) {
            drop(delivery, DropReason.STORE_UNAVAILABLE);
            return REFUSED;
        }
        if (!durable) {
            delivery.held = null;
        }
        boolean held = delivery.held != null;
        delivery.sequence = ++sequence;
        ClientLink to = link;
        if (to != null && noneQueued() && inflight().mayStart(delivery) && to.writable()) {
            inflight().start(delivery, to);
        } else {
            enqueue(delivery);
        }
        return durable && !held ? STORED : 0;
    }

    private void offerQos0(Delivery delivery) {
        boolean stores = shard.config().storeQos0();
        ClientLink to = link;
        if (to != null && (queue == null || queue.peekQos0() == null) && to.writable()) {
            transmitQos0(delivery, to);
        } else if (stores) {
            Delivery own = delivery.own();
            own.sequence = ++sequence;
            enqueue(own);
        } else {
            drop(delivery, DropReason.QOS0_NOT_QUEUED);
        }
    }

    private void enqueue(Delivery delivery) {
        if (!queue().offer(delivery, shard.clock().millis(), this::drop)) {
            return;
        }
        enqueued++;
        if (delivery.qos() != Qos.AT_MOST_ONCE && session.durable()) {
            delivery.stored = true;
            shard.journal().enqueue(session.clientId(), delivery.toStore(StoredDelivery.State.QUEUED), delivery.held);
        }
    }

    /** Gets the retained messages of a subscription on the way. */
    void startRetained(Subscription subscription) {
        Retained.Cursor cursor = shard.retained().matching(subscription.topicFilter());
        if (cursor.done()) {
            stopRetained(subscription);
        } else {
            sides().start(subscription, cursor);
        }
    }

    void stopRetained(Subscription subscription) {
        if (sides != null) {
            sides.stop(subscription);
        }
    }

    /** Begins a replay; returns the granted QoS, or why not. */
    ReasonCode startReplay(ReplayRequest request) {
        return sides().start(request);
    }

    /** Ends a replay; false if there is none. */
    boolean endReplay(String filter) {
        return sides != null && sides.endReplay(filter);
    }

    /** The replays that go on. */
    List<SubscribeRequest> replayed() {
        return sides == null ? List.of() : sides.replayed();
    }

    private SideStreams sides() {
        if (sides == null) {
            sides = new SideStreams(session, shard, this);
        }
        return sides;
    }

    /** Writes what can be written: first what is in flight and due again, then what is queued, in turn with what else there is. */
    void pump() {
        ClientLink to = link;
        if (to == null) {
            return;
        }
        if (inflight != null) {
            inflight.transmitDue(to);
        }
        SideStreams others = sides;
        if (others == null) {
            boolean more = true;
            while (more && to.writable()) {
                more = sendQueued(to);
            }
        } else {
            others.pump(to);
            if (others.isEmpty() && sides == others) {
                sides = null;
            }
        }
    }

    /** Sends the next one that is queued, if it can be sent now; returns whether it could. */
    boolean sendQueued(ClientLink to) {
        MessageQueue q = queue;
        if (q == null) {
            return false;
        }
        Delivery next = q.peek();
        while (next != null && expired(next)) {
            q.remove(next);
            drop(next, DropReason.EXPIRED); // [MQTT-3.3.2-5]
            next = q.peek();
        }
        if (next == null) {
            return false;
        }
        if (next.qos() != Qos.AT_MOST_ONCE && !inflight().mayStart(next)) {
            next = q.peekQos0(); // a full window holds QoS 1 and 2 only
            if (next == null) {
                return false;
            }
        }
        q.remove(next);
        if (next.qos() != Qos.AT_MOST_ONCE) {
            inflight().start(next, to);
        } else if (expired(next)) {
            drop(next, DropReason.EXPIRED);
        } else {
            transmitQos0(next, to);
        }
        return true;
    }

    /** Whether a delivery that was not queued can be written before what is queued. */
    boolean mayStart(boolean needsRoom) {
        return !unsent() && !(needsRoom && inflight != null && !inflight.room());
    }

    /** Writes a delivery that was not queued, at once or once the journal has it; false if it is too large for the client. */
    boolean start(Delivery delivery, ClientLink to) {
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            return transmitQos0(delivery, to);
        }
        delivery.sequence = ++sequence;
        return inflight().start(delivery, to);
    }

    /** Sends a delivery of QoS 0 that is for this client alone; false if the link does not take it now. */
    boolean sendNow(Delivery delivery) {
        ClientLink to = link;
        if (to == null || !to.writable()) {
            return false;
        }
        transmitQos0(delivery, to);
        return true;
    }

    private boolean transmitQos0(Delivery delivery, ClientLink to) {
        if (to.publish(delivery, false)) { // [MQTT-3.3.1-2]
            delivered++;
            shard.counts().sent(Qos.AT_MOST_ONCE);
            return true;
        }
        drop(delivery, DropReason.TOO_LARGE);
        return false;
    }

    /** Counts a PUBLISH of QoS 1 or 2 that was written. */
    void transmitted(Delivery delivery) {
        if (!delivery.transmitted) {
            delivery.transmitted = true;
            delivered++;
        }
        shard.counts().sent(delivery.qos());
    }

    private boolean noneQueued() {
        return queue == null || queue.isEmpty();
    }

    private boolean unsent() {
        return inflight != null && inflight.unsent() > 0;
    }

    private boolean expired(Delivery delivery) {
        Message message = delivery.message();
        return message.expiresAtMs() != Message.NEVER
                && message.expired(shard.clock().millis());
    }

    /** Takes a PUBACK. */
    void acknowledged(int packetId, ReasonCode reason) {
        inflight().acknowledged(packetId, reason);
        pump();
    }

    /** Takes a PUBREC. */
    void received(int packetId, ReasonCode reason, ClientLink from) {
        inflight().received(packetId, reason, from);
        if (reason.error()) {
            pump();
        }
    }

    /** Takes a PUBCOMP. */
    void completed(int packetId) {
        inflight().completed(packetId);
        pump();
    }

    /** Gives the queued messages of a share group that the session has left to other members, if there are some. */
    void redispatchQueued(SharedSubscription left) {
        if (queue != null && !left.group().empty()) {
            redispatch(queue.take(delivery -> delivery.shared() == left));
        }
    }

    /** Gives queued messages of share groups to other members that are connected; the rest stays. */
    void redispatchQueuedToOnline() {
        if (queue != null) {
            redispatch(queue.take(delivery -> {
                SharedSubscription shared = delivery.shared();
                return shared != null && shared.anotherOnline(delivery.message());
            }));
        }
    }

    private void redispatch(List<Delivery> deliveries) {
        if (!deliveries.isEmpty()) {
            if (redispatching == null) {
                redispatching = new Redispatching(session, shard, this);
            }
            redispatching.give(deliveries);
        }
    }

    /** Takes a delivery back that no other member has taken; drops it if the session has ended. */
    void takeBack(Delivery delivery, DropReason otherwise) {
        if (session.ended()) {
            drop(delivery, otherwise);
            return;
        }
        if (!session.durable()) {
            OwedDeliveries.notStored(delivery);
        }
        queue().putBack(delivery);
        pump();
    }

    /** Runs an action once no delivery is on its way to another member; at once if there is none. */
    void whenMoved(Runnable action) {
        if (redispatching == null) {
            action.run();
        } else {
            redispatching.whenMoved(action);
        }
    }

    /**
     * The session ends: messages of share groups that the client has not got for sure go to other members; but never QoS 2
     * that was sent [MQTT-4.8.2-5].
     */
    void end() {
        link = null;
        clear(0, delivery -> drop(delivery, DropReason.SESSION_ENDED));
    }

    /** Another node owes all of it up to that sequence number; what share groups have given it since goes to other members. */
    void forgetAll(long upTo) {
        clear(upTo, delivery -> {});
    }

    private void clear(long sharedAfter, Consumer<Delivery> queued) {
        sides = null;
        List<Delivery> forOthers = OwedDeliveries.takeForOthers(inflight, queue, sharedAfter);
        if (inflight != null) {
            shard.counts().add(Counts.INFLIGHT, -inflight.size());
            inflight = null;
        }
        if (queue != null) {
            queue.take(delivery -> true).forEach(queued);
            queue = null;
        }
        redispatch(forOthers);
    }

    /** The sequence number of the last delivery. */
    long sequence() {
        return sequence;
    }

    /** Whether no delivery is on its way to another member of a share group. */
    boolean settled() {
        return redispatching == null || !redispatching.moving();
    }

    /** All that the client is owed. What came behind that sequence number is recent. */
    List<Owed> owed(long recentAfter) {
        return OwedDeliveries.list(inflight, queue, recentAfter);
    }

    /** Takes everything out of the queue, in order. */
    List<Delivery> takeQueued() {
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
    void append(Delivery delivery) {
        delivery.sequence = ++sequence;
        queue().restore(delivery);
    }

    /** Stores what is owed, of a session that has become durable. */
    void storeAll() {
        OwedDeliveries.store(inflight, queue, shard.journal(), session.clientId());
    }

    /** The journal has forgotten the session: it is durable no more. */
    void notDurable() {
        OwedDeliveries.notStored(inflight, queue);
    }

    /** Deliveries that come now are numbered behind that. */
    void restoreSequence(long upTo) {
        sequence = Math.max(sequence, upTo);
    }

    /** Takes back a delivery that was stored before a restart, or on another node, in the order of the sequence numbers. */
    void restore(StoredDelivery stored, @Nullable SharedSubscription shared) {
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

    private Inflight inflight() {
        Inflight flows = inflight;
        if (flows == null) {
            flows = new Inflight(session, shard, this);
            flows.attach(quotaMax);
            inflight = flows;
        }
        return flows;
    }

    private MessageQueue queue() {
        if (queue == null) {
            queue = shard.newQueue();
        }
        return queue;
    }

    /** Makes the journal forget a delivery it knows. */
    void forgetStored(Delivery delivery) {
        if (delivery.stored) {
            delivery.stored = false;
            shard.journal().dequeue(session.clientId(), delivery, null);
        }
    }

    /** Drops a delivery, which neither queue nor window holds any more. */
    void drop(Delivery delivery, DropReason reason) {
        forgetStored(delivery);
        if (dropped == null) {
            dropped = new EnumMap<>(DropReason.class);
        }
        dropped.merge(reason, 1L, Long::sum);
        shard.dropped(session.clientId(), delivery.message(), reason);
    }

    int inflightSize() {
        return inflight == null ? 0 : inflight.size();
    }

    int inflightMax() {
        return quotaMax;
    }

    int queueLength() {
        return queue == null ? 0 : queue.length();
    }

    long queueBytes() {
        return queue == null ? 0 : queue.bytes();
    }

    long delivered() {
        return delivered;
    }

    long enqueued() {
        return enqueued;
    }

    Map<DropReason, Long> dropped() {
        return dropped == null ? Map.of() : dropped;
    }
}
