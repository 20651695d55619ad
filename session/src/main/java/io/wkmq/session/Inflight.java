package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The QoS 1 and 2 flows to one client: PUBLISH until PUBACK; PUBLISH until PUBREC and PUBREL until PUBCOMP. Confined to the
 * session's shard. Packets are resent only on a new connection [MQTT-4.4.0-1].
 *
 * <p>A durable session's QoS 2 packets are written only once the journal has what they depend on: for a PUBLISH, its own packet
 * id, and the packet id of the inbound PUBLISH it came from if the two are stored together; for a PUBREL, the PUBREC. Otherwise
 * a crash could make the client receive a message twice.
 */
final class Inflight implements Gate.Waiter {
    private static final Logger log = LoggerFactory.getLogger(Inflight.class);

    private final Session session;
    private final Shard shard;
    private final Outbound outbound;
    private final OutboundWindow window = new OutboundWindow();
    private int quota; // remaining send quota of this connection [MQTT-4.9.0-1]
    private @Nullable Gate awaited;

    Inflight(Session session, Shard shard, Outbound outbound) {
        this.session = session;
        this.shard = shard;
        this.outbound = outbound;
    }

    /** Starts on a new connection: every packet is due again, in the original order. PUBRELs take no quota. */
    void attach(int quotaMax) {
        quota = quotaMax;
        forEach(delivery -> {
            delivery.counted = false;
            window.due(delivery);
            if (!delivery.released) {
                takeQuota(delivery);
            }
        });
    }

    int size() {
        return window.size();
    }

    /** Returns the number of due PUBLISHes that wait for quota, link or journal. */
    int unsent() {
        return window.unsent();
    }

    /** Returns whether the client accepts another PUBLISH now [MQTT-4.9.0-2]. */
    boolean room() {
        return quota > 0 && window.size() < shard.config().maxInflight();
    }

    /** Returns whether a new message may start without overtaking one that is due [MQTT-4.6.0-5]. */
    boolean mayStart(Delivery delivery) {
        // Packets waiting for the journal do not block one that will wait for the journal too.
        return room() && (window.unsent() == 0 || journalFirst(delivery));
    }

    private boolean journalFirst(Delivery delivery) {
        return delivery.qos() == Qos.EXACTLY_ONCE && session.durable();
    }

    /** Starts a flow, for which there must be room; returns false if the message turned out to be too large for the client. */
    boolean start(Delivery delivery, ClientLink link) {
        delivery.packetId = window.nextPacketId();
        if (journalFirst(delivery)) {
            boolean known = delivery.stored;
            journalSent(delivery);
            enter(delivery);
            window.due(delivery);
            HeldDeliveries held = delivery.held;
            if (held != null && !held.isOpen()) {
                held.await(this);
            }
            if (held == null || known) {
                awaitFlush(delivery);
            }
        } else if (link.publish(delivery, false)) {
            outbound.transmitted(delivery);
            enter(delivery);
            if (session.durable()) {
                journalSent(delivery);
            }
        } else {
            outbound.drop(delivery, DropReason.TOO_LARGE); // [MQTT-3.1.2-25]
            return false;
        }
        return true;
    }

    private void enter(Delivery delivery) {
        delivery.counted = true;
        quota--;
        window.add(delivery);
        shard.counts().increment(Counts.INFLIGHT);
    }

    private void journalSent(Delivery delivery) {
        if (delivery.stored) {
            shard.journal().inflight(session.clientId(), delivery, StoredDelivery.State.SENT);
        } else {
            delivery.stored = true;
            shard.journal().enqueue(session.clientId(), delivery.toStore(StoredDelivery.State.SENT), delivery.held);
        }
    }

    private void awaitFlush(Delivery delivery) {
        Gate gate = shard.journal().gate();
        delivery.gate = gate;
        if (awaited != gate) {
            awaited = gate;
            shard.journal().await(this);
        }
    }

    @Override
    public void opened(@Nullable String failure) {
        outbound.pump();
    }

    /** Returns whether the store has everything that the delivery's next packet depends on. */
    private static boolean stored(Delivery delivery) {
        if (delivery.held != null && delivery.held.isOpen()) {
            delivery.held = null;
        }
        if (delivery.gate != null && delivery.gate.isOpen()) {
            delivery.gate = null;
        }
        return delivery.gate == null && (delivery.held == null || delivery.qos() != Qos.EXACTLY_ONCE);
    }

    /** Writes due packets in window order, as far as quota, link and journal permit. */
    void transmitDue(ClientLink link) {
        if (window.unsent() + window.unreleased() == 0) {
            return;
        }
        boolean blocked = false;
        int end = window.end();
        for (int position = window.first(); position != end; position++) {
            Delivery delivery = window.at(position);
            if (delivery == null || !delivery.due) {
                continue;
            }
            boolean open = stored(delivery);
            if (delivery.released) {
                if (open) {
                    window.written(delivery);
                    link.release(delivery.packetId, ReasonCode.SUCCESS);
                }
            } else if (!takeQuota(delivery) || blocked || !open || !link.writable()) {
                blocked = true; // quota is still taken in order, so that no later message gets it first
            } else {
                transmit(delivery, link);
            }
        }
    }

    private void transmit(Delivery delivery, ClientLink link) {
        window.written(delivery);
        if (link.publish(delivery, delivery.transmitted)) { // [MQTT-3.3.1-1]
            outbound.transmitted(delivery);
        } else {
            leave(delivery);
            outbound.drop(delivery, DropReason.TOO_LARGE);
            delivery.over(false);
        }
    }

    private boolean takeQuota(Delivery delivery) {
        if (!delivery.counted && quota > 0) {
            quota--;
            delivery.counted = true;
        }
        return delivery.counted;
    }

    /** Handles a PUBACK, which ends the delivery whatever its reason code [MQTT-4.4.0-2]. */
    void acknowledged(int packetId, ReasonCode reason) {
        Delivery delivery = window.get(packetId);
        if (delivery == null || delivery.qos() != Qos.AT_LEAST_ONCE) {
            unexpected("PUBACK", packetId);
        } else {
            finish(delivery, !reason.error());
        }
    }

    /** Handles a PUBREC. */
    void received(int packetId, ReasonCode reason, ClientLink link) {
        Delivery delivery = window.get(packetId);
        if (delivery == null
                || delivery.qos() != Qos.EXACTLY_ONCE
                || !delivery.transmitted
                || (delivery.released && reason.error())) {
            unexpected("PUBREC", packetId);
            link.release(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
        } else if (reason.error()) {
            finish(delivery, false); // [MQTT-4.4.0-2]
        } else if (!delivery.released) {
            release(delivery, link);
        } else if (!delivery.due) {
            link.release(packetId, ReasonCode.SUCCESS);
        }
    }

    private void release(Delivery delivery, ClientLink link) {
        window.written(delivery);
        delivery.released = true;
        if (session.durable()) {
            shard.journal().inflight(session.clientId(), delivery, StoredDelivery.State.RELEASED);
            window.due(delivery);
            awaitFlush(delivery);
        } else {
            link.release(delivery.packetId, ReasonCode.SUCCESS); // [MQTT-4.3.3-4]
        }
    }

    /** Handles a PUBCOMP. */
    void completed(int packetId) {
        Delivery delivery = window.get(packetId);
        if (delivery == null || !delivery.released) {
            unexpected("PUBCOMP", packetId);
        } else {
            finish(delivery, true);
        }
    }

    private void finish(Delivery delivery, boolean accepted) {
        leave(delivery);
        outbound.forgetStored(delivery);
        delivery.over(accepted);
    }

    private void leave(Delivery delivery) {
        window.remove(delivery);
        shard.counts().decrement(Counts.INFLIGHT);
        if (delivery.counted) {
            quota++;
        }
    }

    private void unexpected(String packet, int packetId) {
        log.debug("{} without a delivery in its state, client={} packetId={}", packet, session.clientId(), packetId);
    }

    /** Restores a delivery that had a packet id before a restart; called in order of sequence numbers. */
    void restore(Delivery delivery) {
        delivery.transmitted = true;
        window.restore(delivery);
        shard.counts().increment(Counts.INFLIGHT);
    }

    void forEach(Consumer<Delivery> action) {
        int end = window.end();
        for (int position = window.first(); position != end; position++) {
            Delivery delivery = window.at(position);
            if (delivery != null) {
                action.accept(delivery);
            }
        }
    }
}
