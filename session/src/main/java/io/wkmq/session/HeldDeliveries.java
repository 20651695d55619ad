package io.wkmq.session;

import io.wkmq.session.SessionStore.Hold;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one shard that a hold keeps back from the store; a gate that opens once they are durable. Made on any
 * thread, then its shard's, which adds to it until it has told the hand-over that it is done.
 */
final class HeldDeliveries extends Gate {
    private final Hold hold;
    private final Shard shard;
    private boolean used;

    /** Another shard's of the same hold. */
    final @Nullable HeldDeliveries other;

    HeldDeliveries(Hold hold, Shard shard, @Nullable HeldDeliveries other) {
        this.hold = hold;
        this.shard = shard;
        this.other = other;
    }

    /** The hold, for a delivery that is added under it. */
    Hold use() {
        used = true;
        return hold;
    }

    /** Whether a delivery was added. Once the shard is done with the hand-over: for its owner too. */
    boolean used() {
        return used;
    }

    /** Tells the shard that its deliveries are durable, or why not. Any thread. */
    void stored(@Nullable String failure) {
        failure(failure);
        if (shard.here()) {
            open();
        } else {
            shard.mailbox().post(this);
        }
    }
}
