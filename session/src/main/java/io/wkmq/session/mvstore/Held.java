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
 * The deliveries whose hold has not ended: they are changed in the {@link Pending} like all others, but are in no record of
 * the log and in no checkpoint. Belongs to the storage thread. Bounded by those who hold: each has to end it.
 *
 * <p>The messages are those of one hold alone: a record may refer to a message of an earlier one only while a delivery that
 * is itself in the log refers to it, too.
 */
final class Held {
    private final IdentityHashMap<Hold, Group> groups = new IdentityHashMap<>();

    private static final class Group {
        private final List<PendingDelivery> deliveries = new ArrayList<>(2);
        private @Nullable PendingMessage last; // most often all are of one message

        void add(long session, StoredDelivery delivery, Pending pending, Function<Message, PendingMessage> messages) {
            PendingMessage message = last;
            if (message == null || message.message != delivery.message()) {
                message = messages.apply(delivery.message());
                last = message;
            }
            deliveries.add(pending.enqueue(session, delivery, message));
        }
    }

    /** Adds a delivery to the changes under a hold. */
    void enqueue(
            Hold hold,
            long session,
            StoredDelivery delivery,
            Pending pending,
            Function<Message, PendingMessage> messages) {
        groups.computeIfAbsent(hold, begun -> new Group()).add(session, delivery, pending, messages);
    }

    /** What was held, some of it perhaps gone. */
    List<PendingDelivery> end(Hold hold) {
        Group ended = groups.remove(hold);
        return ended == null ? List.of() : ended.deliveries;
    }

    /** Takes what is held out of the changes for a checkpoint, to those that come after it. */
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
