package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Qos;
import io.wkmq.session.SessionStore.Hold;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A PUBLISH of QoS 1 or 2 that is being handed over. Its fields belong to the publisher's shard; any taker's thread counts
 * down, and the last one mails it to the shard. When nobody needs time the shard uses one object again and again.
 *
 * <p>If the packet id is to be stored the PUBLISH holds what its takers store back, so that both are stored in one piece.
 */
final class InboundPublish extends Mail implements HandOver, Hold, InboundFlow {
    private static final AtomicIntegerFieldUpdater<InboundPublish> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(InboundPublish.class, "pending");
    private static final AtomicReferenceFieldUpdater<InboundPublish, @Nullable HeldDeliveries> HELD =
            AtomicReferenceFieldUpdater.newUpdater(InboundPublish.class, HeldDeliveries.class, "held");

    private final Shard shard;
    private volatile int pending; // takers that need time, and one for the call that hands over
    private volatile @Nullable HeldDeliveries held; // the last one, of whatever taker
    private volatile @Nullable String failure;
    private @Nullable Inbound inbound;
    private boolean holds;

    @Nullable
    AckQueue acks; // where its answer stands in line

    Qos qos = Qos.AT_LEAST_ONCE;
    int packetId;
    ReasonCode reason = ReasonCode.SUCCESS;

    @Nullable
    String reasonString;

    boolean counted; // takes one of the connection's Receive Maximum until it is answered
    boolean handedOver;
    boolean settled; // the answer is known

    InboundPublish(Shard shard) {
        this.shard = shard;
    }

    /**
     * Begins a hand-over; the caller counts as one taker until it calls {@link #done}.
     *
     * @param storesId whether the packet id is to be stored
     */
    void begin(Inbound publisher, Qos publishedQos, int publishedId, boolean storesId) {
        inbound = publisher;
        qos = publishedQos;
        packetId = publishedId;
        holds = storesId;
        if (storesId) {
            HELD.lazySet(this, null);
        }
        PENDING.lazySet(this, 1);
    }

    /** An answer without a hand-over. */
    static InboundPublish answer(Shard shard, Qos qos, int packetId, ReasonCode reason, @Nullable String text) {
        InboundPublish answer = new InboundPublish(shard);
        answer.qos = qos;
        answer.packetId = packetId;
        answer.reason = reason;
        answer.reasonString = text;
        answer.settled = true;
        return answer;
    }

    /** Whether every taker has the message already. For the caller of {@link #begin}, before it calls {@link #done}. */
    boolean takenAtOnce() {
        return pending == 1 && failure == null && !(holds && holdsDeliveries());
    }

    /** Whether the packet id is to be stored. */
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

    /** Whether anything is held back. Once the message is handed over. */
    boolean holdsDeliveries() {
        for (HeldDeliveries each = held; each != null; each = each.other) {
            if (each.used()) {
                return true;
            }
        }
        return false;
    }

    /** Tells those who hold it that what was held is durable, or why not. */
    void stored(@Nullable String storeFailure) {
        for (HeldDeliveries each = held; each != null; each = each.other) {
            if (each.used()) {
                each.stored(storeFailure);
            }
        }
    }

    @Nullable
    String failure() {
        return failure;
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
        failure = why;
    }

    @Override
    void open() {
        if (inbound != null) {
            inbound.handedOver(this);
        }
    }
}
