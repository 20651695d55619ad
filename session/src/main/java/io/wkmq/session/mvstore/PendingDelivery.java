package io.wkmq.session.mvstore;

import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SessionStore.StoredDelivery.State;
import org.jspecify.annotations.Nullable;

/** The changes to one delivery since the last checkpoint. Belongs to its {@link Pending}. */
final class PendingDelivery {
    /** The delivery if it is new; null if the tables have it. */
    private final @Nullable StoredDelivery added;

    final @Nullable PendingMessage message;

    /** The number of the session it belongs to. */
    final long session;

    /** Whether the log has it, so that its end must be logged too. */
    boolean logged;

    /** Whether it has ended. It stays in a {@link Pending} then only if the tables may have it. */
    boolean gone;

    private int packetId;
    private State state;
    private boolean moved;

    private PendingDelivery(long session, @Nullable StoredDelivery added, @Nullable PendingMessage message) {
        this.session = session;
        this.added = added;
        this.message = message;
        this.packetId = added == null ? 0 : added.packetId();
        this.state = added == null ? State.QUEUED : added.state();
    }

    static PendingDelivery added(long session, StoredDelivery delivery, PendingMessage message) {
        return new PendingDelivery(session, delivery, message);
    }

    static PendingDelivery known(long session) {
        PendingDelivery delivery = new PendingDelivery(session, null, null);
        delivery.logged = true;
        return delivery;
    }

    /** Returns the end of a delivery that the tables may have. */
    static PendingDelivery ended(long session) {
        PendingDelivery delivery = known(session);
        delivery.gone = true;
        return delivery;
    }

    void move(int packetId, State state) {
        this.packetId = packetId;
        this.state = state;
        this.moved = true;
    }

    /** Returns the new delivery in its current state, or null if it is not new. */
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
