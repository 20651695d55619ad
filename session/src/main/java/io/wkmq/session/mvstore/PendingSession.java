package io.wkmq.session.mvstore;

import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The changes to one session since the last checkpoint. Belongs to its {@link Pending}. */
final class PendingSession {
    final long number;

    /** Whether the session was created since the checkpoint, so that the tables have nothing of it. */
    final boolean isNew;

    /** The session's own record, or null if unchanged. */
    @Nullable
    StoredSession session;

    /** Changed subscriptions, empty where removed. */
    final Map<SubscriptionFilter, Optional<SubscriptionOptions>> subscriptions = new HashMap<>(4);

    /** Changed deliveries by sequence number. */
    final LongMap<PendingDelivery> deliveries = new LongMap<>();

    /** Packet ids of received QoS 2 messages, and whether they still await their PUBREL. */
    final Map<Integer, Boolean> awaitingRelease = new HashMap<>(4);

    PendingSession(long number, boolean isNew) {
        this.number = number;
        this.isNew = isNew;
    }
}
