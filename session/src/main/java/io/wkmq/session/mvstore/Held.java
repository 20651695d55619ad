package io.wkmq.session.mvstore;

import io.wkmq.routing.Message;
import io.wkmq.session.SessionStore.Hold;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries whose hold has not ended: they take part in {@link Pending} like all others, but in no log record and in no
 * checkpoint. Confined to the storage thread. Bounded by the holders, each of which has to end its hold.
 *
 * <p>Messages are not shared with other holds: a record may refer to a message in an earlier record only as long as a logged
 * delivery refers to it too.
 */
final class Held {
    private final IdentityHashMap<Hold, Group> groups = new IdentityHashMap<>();

    private static final class Group {
        private final List<PendingDelivery> deliveries = new ArrayList<>(2);
        private @Nullable PendingMessage last; // usually all are of the same message

        void add(long session, StoredDelivery delivery, Pending pending, Function<Message, PendingMessage> messages) {
            PendingMessage message = last;
            if (message == null || message.message != delivery.message()) {
                message = messages.apply(delivery.message());
                last = message;
            }
            deliveries.add(pending.enqueue(session, delivery, message));
        }
    }

    /** Adds a held delivery to the pending changes. */
    void enqueue(
            Hold hold,
            long session,
            StoredDelivery delivery,
            Pending pending,
            Function<Message, PendingMessage> messages) {
        groups.computeIfAbsent(hold, begun -> new Group()).add(session, delivery, pending, messages);
    }

    /** Returns what was held, some of which may be gone. */
    List<PendingDelivery> end(Hold hold) {
        Group ended = groups.remove(hold);
        return ended == null ? List.of() : ended.deliveries;
    }

    /** Moves what is held from the changes of a checkpoint to those that follow it. */
    void carryOver(Pending from, Pending to, Function<Message, PendingMessage> messages) {
        for (Group group : groups.values()) {
            List<PendingDelivery> before = List.copyOf(group.deliveries);
            group.deliveries.clear();
            group.last = null;
            for (PendingDelivery delivery : before) {
                StoredDelivery current = delivery.current();
                if (!delivery.gone && current != null) {
                    from.withdraw(delivery.session, current.sequence());
                    group.add(delivery.session, current, to, messages);
                }
            }
        }
    }
}
