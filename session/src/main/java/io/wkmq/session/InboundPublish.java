package io.wkmq.session;

import io.wkmq.channel.Receipt;
import io.wkmq.routing.Qos;
import org.jspecify.annotations.Nullable;

/**
 * A PUBLISH of QoS 1 or 2 that is being handed over. Its fields belong to the publisher's shard. When nobody needs time the
 * shard uses one object again and again.
 */
final class InboundPublish extends HoldingHandOver implements InboundFlow {
    private @Nullable Inbound inbound;

    @Nullable
    AckQueue acks; // where its answer stands in line

    Qos qos = Qos.AT_LEAST_ONCE;
    int packetId;
    ReasonCode reason = ReasonCode.SUCCESS;

    @Nullable
    String reasonString;

    @Nullable
    Receipt receipt; // of the channel that has the message

    ReasonCode refusal = ReasonCode.UNSPECIFIED_ERROR; // the reason if somebody does not take it
    boolean counted; // takes one of the connection's Receive Maximum until it is answered
    boolean heldBack; // keeps its connection from being read until it is answered
    boolean handedOver;
    boolean settled; // the answer is known

    InboundPublish(Shard shard) {
        super(shard);
    }

    /**
     * Begins a hand-over; the caller counts as one taker until it calls {@link #done}.
     *
     * @param storesId whether the packet id is to be stored, with what the takers store
     */
    void begin(Inbound publisher, Qos publishedQos, int publishedId, boolean storesId) {
        inbound = publisher;
        qos = publishedQos;
        packetId = publishedId;
        heldBack = false;
        begin(storesId);
    }

    @Override
    public boolean holdBack() {
        if (shard().here()) {
            holdBackHere();
        } else {
            shard().mailbox().post(this::holdBackHere); // it looks for another member of a share group
        }
        return true;
    }

    private void holdBackHere() {
        if (!heldBack && !settled) {
            heldBack = true;
            AckQueue line = acks;
            if (line != null) {
                line.holdBack();
            }
        }
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

    @Override
    void handedOver() {
        if (inbound != null) {
            inbound.handedOver(this);
        }
    }
}
