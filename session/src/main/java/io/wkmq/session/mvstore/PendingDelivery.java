package io.wkmq.session.mvstore;

import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SessionStore.StoredDelivery.State;
import org.jspecify.annotations.Nullable;

/** What has become of one delivery since the last checkpoint. Belongs to its {@link Pending}. */
final class PendingDelivery {
    /** The delivery, if it is new; null if the tables have it. */
    private final @Nullable StoredDelivery added;

    final @Nullable PendingMessage message;

    private int packetId;
    private State state;
    private boolean moved;

    private PendingDelivery(@Nullable StoredDelivery added, @Nullable PendingMessage message) {
        this.added = added;
        this.message = message;
        this.packetId = added == null ? 0 : added.packetId();
        this.state = added == null ? State.QUEUED : added.state();
    }

    static PendingDelivery added(StoredDelivery delivery, PendingMessage message) {
        return new PendingDelivery(delivery, message);
    }

    static PendingDelivery known() {
        return new PendingDelivery(null, null);
    }

    void move(int packetId, State state) {
        this.packetId = packetId;
        this.state = state;
        this.moved = true;
    }

    /** The new delivery as it is now, or null if it is not new. */
    @Nullable
    StoredDelivery current() {
        StoredDelivery delivery = added;
        if (delivery == null || !moved) {
            return delivery;
        }
        return new StoredDelivery(
                delivery.sequence(),
                delivery.message(),
                delivery.qos(),
                delivery.retain(),
                delivery.subscriptionIdentifiers(),
                delivery.share(),
                packetId,
                state);
    }

    boolean isNew() {
        return added != null;
    }

    int packetId() {
        return packetId;
    }

    State state() {
        return state;
    }
}
