package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Qos;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A PUBLISH of QoS 1 or 2 that is being handed over. Its fields belong to the publisher's shard; any taker's thread counts
 * down, and the last one mails it to the shard. When nobody needs time the shard uses one object again and again.
 */
final class InboundPublish extends Mail implements HandOver, InboundFlow {
    private static final AtomicIntegerFieldUpdater<InboundPublish> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(InboundPublish.class, "pending");

    private final Shard shard;
    private volatile int pending; // takers that need time, and one for the call that hands over
    private volatile @Nullable String failure;
    private @Nullable Inbound inbound;

    @Nullable
    AckQueue acks; // where its answer stands in line

    Qos qos = Qos.AT_LEAST_ONCE;
    int packetId;
    ReasonCode reason = ReasonCode.SUCCESS;

    @Nullable
    String reasonString;

    boolean counted; // takes one of the connection's Receive Maximum until it is answered
    boolean settled; // the answer is known

    InboundPublish(Shard shard) {
        this.shard = shard;
    }

    /** Begins a hand-over; the caller counts as one taker until it calls {@link #done}. */
    void begin(Inbound publisher, Qos publishedQos, int publishedId) {
        inbound = publisher;
        qos = publishedQos;
        packetId = publishedId;
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
        return pending == 1 && failure == null;
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
    void open() {
        if (inbound != null) {
            inbound.handedOver(this);
        }
    }
}
