package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Delivers messages to one client: writes them at once while the client keeps up, queues them otherwise; QoS 1 and 2 messages
 * are in flight until acknowledged. Confined to the session's shard. Order is preserved within QoS 0 and within QoS 1 and 2; a
 * full inflight window blocks QoS 1 and 2 only.
 */
final class Outbound extends OwedDeliveries {
    /** The message is accepted once the journal's next flush completes. */
    static final int STORED = 1;
    /** The message was not accepted and must not be acknowledged. */
    static final int REFUSED = 2;

    private @Nullable ClientLink link;
    private int quotaMax;
    private @Nullable SideStreams sides;
    private @Nullable Redispatching redispatching;
    private long delivered;
    private long enqueued;
    private @Nullable EnumMap<DropReason, Long> dropped;

    Outbound(Session session, Shard shard) {
        super(session, shard);
        this.quotaMax = shard.config().maxInflight();
    }

    @Nullable
    ClientLink link() {
        return link;
    }

    /** Starts on a new connection; pending deliveries are written by {@link #resume}. */
    void attach(ClientLink attached, int receiveMaximum) {
        link = attached;
        quotaMax = Math.min(receiveMaximum, shard.config().maxInflight());
        if (inflight != null) {
            inflight.attach(quotaMax);
        }
    }

    /** Writes pending deliveries unless the connection has ended since it was attached. */
    void resume(ClientLink attached) {
        if (link == attached) {
            pump();
        }
    }

    void detach() {
        link = null;
        if (sides != null) {
            sides.detach();
        }
    }

    /**
     * Sends or queues a message; returns {@link #STORED} or {@link #REFUSED} if its publisher has to know, else 0. Also returns
     * 0 if the message is held, as its publisher then makes it durable.
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
        number(delivery);
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
            number(own);
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

    /** Starts sending the retained messages of a subscription. */
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

    /** Starts a replay; returns the granted QoS, or an error. */
    ReasonCode startReplay(ReplayRequest request) {
        return sides().start(request);
    }

    /** Ends a replay; returns false if there is none. */
    boolean endReplay(String filter) {
        return sides != null && sides.endReplay(filter);
    }

    /** Returns the replays in progress. */
    List<SubscribeRequest> replayed() {
        return sides == null ? List.of() : sides.replayed();
    }

    private SideStreams sides() {
        if (sides == null) {
            sides = new SideStreams(session, shard, this);
        }
        return sides;
    }

    /** Writes as much as possible: first due inflight packets, then queued messages alternating with retained messages and replays. */
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

    /** Sends the next queued message if possible now; returns whether it was. */
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
            next = q.peekQos0(); // a full window blocks QoS 1 and 2 only
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

    /** Returns whether a delivery that bypasses the queue can be written now. */
    boolean mayStart(boolean needsRoom) {
        return !unsent() && !(needsRoom && inflight != null && !inflight.room());
    }

    /** Writes a delivery that bypasses the queue, at once or once the journal has it; returns false if it is too large for the client. */
    boolean start(Delivery delivery, ClientLink to) {
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            return transmitQos0(delivery, to);
        }
        number(delivery);
        return inflight().start(delivery, to);
    }

    /** Sends a QoS 0 delivery to this client only; returns false if the link cannot take it now. */
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

    /** Counts a QoS 1 or 2 PUBLISH that was written. */
    void transmitted(Delivery delivery) {
        if (!delivery.transmitted) {
            delivery.transmitted = true;
            delivered++;
        }
        shard.counts().sent(delivery.qos());
    }

    private boolean unsent() {
        return inflight != null && inflight.unsent() > 0;
    }

    private boolean expired(Delivery delivery) {
        Message message = delivery.message();
        return message.expiresAtMs() != Message.NEVER
                && message.expired(shard.clock().millis());
    }

    /** Handles a PUBACK. */
    void acknowledged(int packetId, ReasonCode reason) {
        inflight().acknowledged(packetId, reason);
        pump();
    }

    /** Handles a PUBREC. */
    void received(int packetId, ReasonCode reason, ClientLink from) {
        inflight().received(packetId, reason, from);
        if (reason.error()) {
            pump();
        }
    }

    /** Handles a PUBCOMP. */
    void completed(int packetId) {
        inflight().completed(packetId);
        pump();
    }

    /** Redispatches the queued messages of a share group that the session has left, if the group has other members. */
    void redispatchQueued(SharedSubscription left) {
        if (queue != null && !left.group().empty()) {
            redispatch(queue.take(delivery -> delivery.shared() == left));
        }
    }

    /** Redispatches queued share group messages for which another member is connected; the rest stays queued. */
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

    /** Takes back a delivery that no other member has accepted; drops it if the session has ended. */
    void takeBack(Delivery delivery, DropReason otherwise) {
        if (session.ended()) {
            drop(delivery, otherwise);
            return;
        }
        if (!session.durable()) {
            notStored(delivery);
        }
        queue().putBack(delivery);
        pump();
    }

    /** Runs an action once no redispatched delivery is in transit, at once if none is. */
    void whenMoved(Runnable action) {
        if (redispatching == null) {
            action.run();
        } else {
            redispatching.whenMoved(action);
        }
    }

    /**
     * Ends the session's deliveries: share group messages that the client may not have received go to other members, except QoS
     * 2 messages already sent [MQTT-4.8.2-5].
     */
    void end() {
        link = null;
        clear(0, delivery -> drop(delivery, DropReason.SESSION_ENDED));
    }

    /**
     * Forgets all deliveries because another node has those up to the given sequence number; later share group messages go to
     * other members.
     */
    void forgetAll(long upTo) {
        clear(upTo, delivery -> {});
    }

    private void clear(long sharedAfter, Consumer<Delivery> queued) {
        sides = null;
        List<Delivery> forOthers = takeForOthers(sharedAfter);
        clear(queued);
        redispatch(forOthers);
    }

    /** Returns whether no redispatched delivery is in transit to another share group member. */
    boolean settled() {
        return redispatching == null || !redispatching.moving();
    }

    @Override
    Inflight newInflight() {
        Inflight flows = new Inflight(session, shard, this);
        flows.attach(quotaMax);
        return flows;
    }

    /** Drops a delivery that has left queue and window. */
    void drop(Delivery delivery, DropReason reason) {
        forgetStored(delivery);
        if (dropped == null) {
            dropped = new EnumMap<>(DropReason.class);
        }
        dropped.merge(reason, 1L, Long::sum);
        shard.dropped(session.clientId(), delivery.message(), reason);
    }

    int inflightMax() {
        return quotaMax;
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
