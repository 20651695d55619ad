package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.session.SessionStore.Hold;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A hand-over that a shard waits for. Belongs to that shard; any taker's thread counts down, and the last one mails it there.
 *
 * <p>It may hold what its takers store back, so that all of it is stored in one piece with what the shard stores in the end.
 * The takers then need not wait for the store.
 */
abstract class HoldingHandOver extends Mail implements HandOver, Hold {
    private static final AtomicIntegerFieldUpdater<HoldingHandOver> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(HoldingHandOver.class, "pending");
    private static final AtomicReferenceFieldUpdater<HoldingHandOver, @Nullable HeldDeliveries> HELD =
            AtomicReferenceFieldUpdater.newUpdater(HoldingHandOver.class, HeldDeliveries.class, "held");

    private final Shard shard;
    private volatile int pending; // takers that need time, and one for the call that hands over
    private volatile @Nullable HeldDeliveries held; // the last one, of whatever taker
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
     * Begins the hand-over; the caller counts as one taker until it calls {@link #done}.
     *
     * @param keepsBack whether what the takers store is held
     */
    void begin(boolean keepsBack) {
        holds = keepsBack;
        if (keepsBack) {
            HELD.lazySet(this, null);
        }
        PENDING.lazySet(this, 1);
    }

    /** All takers have the message, or one of them could not take it. */
    abstract void handedOver();

    /**
     * Whether every taker has the message already and nothing is held. For the caller of {@link #begin}, before it calls
     * {@link #done}.
     */
    boolean takenAtOnce() {
        return pending == 1 && failure() == null && !holdsDeliveries();
    }

    /** Whether what takers store is held. */
    boolean holds() {
        return holds;
    }

    /** Keeps what a shard stores of the message back; null if nothing is to be. Called by whoever hands over to the shard. */
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

    /** Whether anything is held. Once the message is handed over. */
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

    /** Tells those who added it that what was held is durable, or why not. */
    void stored(@Nullable String storeFailure) {
        for (HeldDeliveries each = held; each != null; each = each.other) {
            if (each.used()) {
                each.stored(storeFailure);
            }
        }
    }

    /** Why somebody has not taken the message, or has not stored it; or null. */
    @Nullable
    String failure() {
        return failure != null ? failure : refusal;
    }

    /** Whether somebody has not taken the message, not even into memory. */
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
