package io.wkmq.session;

import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.List;

/**
 * What a session that moves owes its client, and knows of its client's QoS 2 messages.
 *
 * @param deliveries what is owed: what is in flight first, then what waits, in the order of delivery
 * @param awaitingRelease the packet ids that await their PUBREL
 */
public record MovedMessages(List<Owed> deliveries, List<Integer> awaitingRelease) {
    /** Copies the lists. */
    public MovedMessages {
        deliveries = List.copyOf(deliveries);
        awaitingRelease = List.copyOf(awaitingRelease);
    }

    /**
     * A delivery.
     *
     * @param delivery as it could be stored; its sequence number means nothing on the other node, and its QoS may be 0
     * @param recent whether it came after the session was frozen: then the other node may have got the same message by itself
     */
    public record Owed(StoredDelivery delivery, boolean recent) {}
}
