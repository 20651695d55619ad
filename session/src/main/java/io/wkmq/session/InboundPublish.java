package io.wkmq.session;

import io.wkmq.channel.Receipt;
import io.wkmq.routing.Qos;
import org.jspecify.annotations.Nullable;

/**
 * A QoS 1 or 2 PUBLISH being handed over. Its fields belong to the publisher's shard, which reuses one object as long as every
 * hand-over completes at once.
 */
final class InboundPublish extends HoldingHandOver implements InboundFlow {
    private @Nullable Inbound inbound;

    @Nullable
    AckQueue acks; // the queue that its answer waits in

    Qos qos = Qos.AT_LEAST_ONCE;
    int packetId;
    ReasonCode reason = ReasonCode.SUCCESS;

    @Nullable
    String reasonString;

    @Nullable
    Receipt receipt; // of the channel that stored the message

    ReasonCode refusal = ReasonCode.UNSPECIFIED_ERROR; // the answer if a taker fails
    boolean counted; // counts against the connection's Receive Maximum until answered
    boolean heldBack; // its connection is paused until it is answered
    boolean handedOver;
    boolean settled; // the answer is known

    InboundPublish(Shard shard) {
        super(shard);
    }

    /**
     * Starts a hand-over; the caller counts as one taker until it calls {@link #done}.
     *
     * @param storesId whether the packet id is to be stored, together with what the takers store
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
            shard().mailbox().post(this::holdBackHere); // called while it is offered to another member of a share group
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

    /** Returns an answer that needs no hand-over. */
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
