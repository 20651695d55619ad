package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.MovedMessages.Owed;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges a moved session's deliveries from the old node with those queued on this node meanwhile: puts the former in front and
 * removes duplicates. Stateless; used on the session's shard.
 *
 * <p>Both nodes have the messages of each publisher and topic in order, and those of the old node end somewhere within those of
 * this one, so removing duplicates preserves the order. The old node may have missed messages because of a broken link:
 * messages that arrived here before a duplicate stay in front of it.
 */
final class Merge {
    private Merge() {}

    /**
     * The identity of a message: equal for copies of one message, distinct for different messages. A message assigned to the
     * session by a share group on the old node is not a copy of one received here through another subscription.
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

    /** The key by which messages are ordered. */
    private record Source(String publisher, TopicName topic) {
        static Source of(Message message) {
            return new Source(message.publisher(), message.topic());
        }
    }

    static void into(Session session, List<Owed> owed) {
        Outbound outbound = session.outbound();
        Set<Delivery> own = new LinkedHashSet<>(outbound.takeQueued());
        Map<Source, ArrayDeque<Delivery>> bySource = new HashMap<>();
        Set<Copy> here = new HashSet<>(); // the messages in bySource
        for (Delivery delivery : own) {
            bySource.computeIfAbsent(Source.of(delivery.message()), source -> new ArrayDeque<>())
                    .add(delivery);
            here.add(Copy.of(delivery.message()));
        }
        Set<Copy> copies = new HashSet<>();
        owed.stream().filter(Merge::mayBeHere).forEach(each -> copies.add(copy(each)));
        own.removeIf(delivery -> copies.contains(Copy.of(delivery.message())));
        for (Owed each : owed) {
            StoredDelivery delivery = each.delivery();
            ArrayDeque<Delivery> source = bySource.get(Source.of(delivery.message()));
            if (source != null && mayBeHere(each) && here.contains(copy(each))) {
                takeUpTo(copy(each), source, here).stream().filter(own::remove).forEach(outbound::append);
            }
            outbound.restore(inOrder(delivery, outbound.sequence() + 1), member(session, delivery.share()));
        }
        own.forEach(outbound::append);
    }

    /** Takes the messages up to and including the copy. */
    private static List<Delivery> takeUpTo(Copy copy, ArrayDeque<Delivery> source, Set<Copy> here) {
        List<Delivery> taken = new ArrayList<>();
        while (here.contains(copy)) {
            Delivery first = source.remove();
            here.remove(Copy.of(first.message()));
            taken.add(first);
        }
        return taken;
    }

    private static boolean mayBeHere(Owed owed) {
        return owed.recent() && owed.delivery().share() == null;
    }

    private static Copy copy(Owed owed) {
        return Copy.of(owed.delivery().message());
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

    /** Returns the session's membership in a share group; null if {@code share} is, or the session has left the group. */
    static @Nullable SharedSubscription member(Session session, @Nullable SubscriptionFilter share) {
        Subscription by = share == null ? null : session.subscriptions().find(share);
        return by instanceof SharedSubscription shared ? shared : null;
    }
}
