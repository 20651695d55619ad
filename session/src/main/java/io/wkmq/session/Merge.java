package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.MovedMessages.Owed;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts what another node has owed a client in front of what has been queued for it on this one meanwhile, less what is there
 * twice. Stateless; used on the session's shard.
 *
 * <p>Each node has the messages of one publisher to one topic in order, and the other node's end somewhere in those of this one. So
 * with the copies taken out the order is kept.
 */
final class Merge {
    private Merge() {}

    /**
     * What two copies of a message have in common, and two messages have not. One that a share group gave to the session on the other
     * node is no copy of one that came here by a subscription of its own.
     */
    private record Copy(
            String publisher,
            TopicName topic,
            int number,
            @Nullable ByteBuffer payload) {
        static Copy of(Message message) {
            ByteBuffer payload = message.number() == 0 ? ByteBuffer.wrap(message.payload()) : null;
            return new Copy(message.publisher(), message.topic(), message.number(), payload);
        }
    }

    static void into(Session session, List<Owed> owed) {
        Outbound outbound = session.outbound();
        List<Delivery> own = outbound.takeQueued();
        Set<Copy> copies = new HashSet<>();
        for (Owed each : owed) {
            StoredDelivery delivery = each.delivery();
            outbound.restore(inOrder(delivery, outbound.sequence() + 1), member(session, delivery.share()));
            if (each.recent() && delivery.share() == null) {
                copies.add(Copy.of(delivery.message()));
            }
        }
        for (Delivery delivery : own) {
            if (!copies.contains(Copy.of(delivery.message()))) {
                outbound.append(delivery);
            }
        }
    }

    private static StoredDelivery inOrder(StoredDelivery delivery, long sequence) {
        return new StoredDelivery(
                sequence,
                delivery.message(),
                delivery.qos(),
                delivery.retain(),
                delivery.subscriptionIdentifiers(),
                delivery.share(),
                delivery.packetId(),
                delivery.state());
    }

    /** The membership of a session in a share group; null if it came by none, or the session has left it. */
    static @Nullable SharedSubscription member(Session session, @Nullable SubscriptionFilter share) {
        Subscription by = share == null ? null : session.subscriptions().find(share);
        return by instanceof SharedSubscription shared ? shared : null;
    }
}
