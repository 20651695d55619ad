package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.session.SessionStore.Hold;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A hand-over that a shard waits for. Belongs to that shard; takers count down on any thread, and the last one posts it back.
 *
 * <p>It may hold back what its takers store, so that all of it is stored atomically with the shard's own final change. Takers
 * then need not wait for the store.
 */
abstract class HoldingHandOver extends Mail implements HandOver, Hold {
    private static final AtomicIntegerFieldUpdater<HoldingHandOver> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(HoldingHandOver.class, "pending");
    private static final AtomicReferenceFieldUpdater<HoldingHandOver, @Nullable HeldDeliveries> HELD =
            AtomicReferenceFieldUpdater.newUpdater(HoldingHandOver.class, HeldDeliveries.class, "held");

    private final Shard shard;
    private volatile int pending; // pending takers, plus one for the handing-over call itself
    private volatile @Nullable HeldDeliveries held; // head of the list, over all takers
    private volatile @Nullable String failure;
    private volatile @Nullable String refusal;
    private boolean holds;

    HoldingHandOver(Shard shard) {
        this.shard = shard;
    }

    Shard shard() {
        return shard;
    }

    /**
     * Starts the hand-over; the caller counts as one taker until it calls {@link #done}.
     *
     * @param keepsBack whether what takers store is held back
     */
    void begin(boolean keepsBack) {
        holds = keepsBack;
        if (keepsBack) {
            HELD.lazySet(this, null);
        }
        PENDING.lazySet(this, 1);
    }

    /** Called when all takers have the message or have failed to take it. */
    abstract void handedOver();

    /**
     * Returns whether every taker already has the message and nothing is held. For the caller of {@link #begin}, before it
     * calls {@link #done}.
     */
    boolean takenAtOnce() {
        return pending == 1 && failure() == null && !holdsDeliveries();
    }

    /** Returns whether what takers store is held back. */
    boolean holds() {
        return holds;
    }

    /**
     * Returns a holder for what the given shard stores of the message; null if nothing is to be held. Called by whoever hands
     * the message to that shard.
     */
    @Nullable
    HeldDeliveries holdFor(Shard taker) {
        if (!holds) {
            return null;
        }
        HeldDeliveries last;
        HeldDeliveries added;
        do {
            last = held;
            added = new HeldDeliveries(this, taker, last);
        } while (!HELD.compareAndSet(this, last, added));
        return added;
    }

    /** Returns whether any delivery is held. To be called once the message is handed over. */
    boolean holdsDeliveries() {
        if (holds) {
            for (HeldDeliveries each = held; each != null; each = each.other) {
                if (each.used()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Reports to all holders with deliveries that these are durable, or why not. */
    void stored(@Nullable String storeFailure) {
        for (HeldDeliveries each = held; each != null; each = each.other) {
            if (each.used()) {
                each.stored(storeFailure);
            }
        }
    }

    /** Returns why a taker has not taken or has not stored the message, or null. */
    @Nullable
    String failure() {
        return failure != null ? failure : refusal;
    }

    /** Returns whether a taker has not taken the message, not even into memory. */
    boolean notTaken() {
        return failure != null;
    }

    @Override
    public void expect() {
        PENDING.incrementAndGet(this);
    }

    @Override
    public void done() {
        if (PENDING.decrementAndGet(this) == 0) {
            if (shard.here()) {
                open();
            } else {
                shard.mailbox().post(this);
            }
        }
    }

    @Override
    public void failed(String why) {
        failure = why;
        done();
    }

    @Override
    public void refused(String why) {
        refusal = why;
    }

    @Override
    void open() {
        handedOver();
    }
}
