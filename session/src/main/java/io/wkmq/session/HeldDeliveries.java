package io.wkmq.session;

import io.wkmq.session.SessionStore.Hold;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one shard that a hold keeps back from the store; a gate that opens once they are durable. Created on any
 * thread; then confined to its shard, which adds to it until it has completed its part of the hand-over.
 */
final class HeldDeliveries extends Gate {
    private final Hold hold;
    private final Shard shard;
    private boolean used;

    /** The next one in the list of the same hold, usually another shard's. */
    final @Nullable HeldDeliveries other;

    HeldDeliveries(Hold hold, Shard shard, @Nullable HeldDeliveries other) {
        this.hold = hold;
        this.shard = shard;
        this.other = other;
    }

    /** Returns the hold, for a delivery being added under it. */
    Hold use() {
        used = true;
        return hold;
    }

    /** Returns whether a delivery was added. The owner may call this once the shard has completed its part of the hand-over. */
    boolean used() {
        return used;
    }

    /** Reports to the shard that its deliveries are durable, or why not. Any thread. */
    void stored(@Nullable String failure) {
        failure(failure);
        if (shard.here()) {
            open();
        } else {
            shard.mailbox().post(this);
        }
    }
}
