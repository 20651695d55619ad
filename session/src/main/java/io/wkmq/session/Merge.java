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
 * Puts what another node has owed a client in front of what has been queued for it on this one meanwhile, less what is there
 * twice. Stateless; used on the session's shard.
 *
 * <p>Each node has the messages of one publisher to one topic in order, and the other node's end somewhere in those of this one. So
 * with the copies taken out the order is kept. The other node may have missed some, over a link that was cut: what came here before
 * something that both have stays before it.
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

    /** Whose messages are in order. */
    private record Source(String publisher, TopicName topic) {
        static Source of(Message message) {
            return new Source(message.publisher(), message.topic());
        }
    }

    static void into(Session session, List<Owed> owed) {
        Outbound outbound = session.outbound();
        Set<Delivery> own = new LinkedHashSet<>(outbound.takeQueued());
        Map<Source, ArrayDeque<Delivery>> bySource = new HashMap<>();
        Set<Copy> here = new HashSet<>(); // what is in there
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

    /** What came here before a copy and with it. */
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

    /** The membership of a session in a share group; null if it came by none, or the session has left it. */
    static @Nullable SharedSubscription member(Session session, @Nullable SubscriptionFilter share) {
        Subscription by = share == null ? null : session.subscriptions().find(share);
        return by instanceof SharedSubscription shared ? shared : null;
    }
}
