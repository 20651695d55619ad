package io.wkmq.session;

import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.List;

/**
 * The pending deliveries and QoS 2 receiver state of a session that moves to another node.
 *
 * @param deliveries the pending deliveries in delivery order: inflight ones first, then queued ones
 * @param awaitingRelease the packet ids that await their PUBREL
 */
public record MovedMessages(List<Owed> deliveries, List<Integer> awaitingRelease) {
    /** Copies the lists. */
    public MovedMessages {
        deliveries = List.copyOf(deliveries);
        awaitingRelease = List.copyOf(awaitingRelease);
    }

    /**
     * A pending delivery.
     *
     * @param delivery in the form in which it is stored, except that its sequence number is meaningless on the other node and
     *     its QoS may be 0
     * @param recent whether it arrived after the session was frozen, in which case the other node may have received the same
     *     message itself
     */
    public record Owed(StoredDelivery delivery, boolean recent) {}
}
