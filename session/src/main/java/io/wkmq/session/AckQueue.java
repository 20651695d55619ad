package io.wkmq.session;

import io.wkmq.channel.Receipt;
import io.wkmq.routing.Qos;
import java.util.ArrayDeque;

/**
 * The unanswered PUBLISHes of one connection, whose PUBACKs and PUBRECs are written in the order of arrival [MQTT-4.6.0-2],
 * [MQTT-4.6.0-3]. Confined to the session's shard. Bounded by the Receive Maximum that the connection enforces; reading from
 * the client is paused while any of them waits for an overloaded taker.
 */
final class AckQueue {
    private final ClientLink link;
    private final ArrayDeque<InboundPublish> waiting = new ArrayDeque<>(8);
    private int heldBack; // the number of PUBLISHes for which the link is paused

    AckQueue(ClientLink link) {
        this.link = link;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void add(InboundPublish publish) {
        publish.acks = this;
        waiting.addLast(publish);
        if (publish.heldBack) {
            holdBack();
        }
    }

    /** Pauses the link on behalf of a PUBLISH with an overloaded taker. */
    void holdBack() {
        if (heldBack++ == 0) {
            link.pause();
        }
    }

    /**
     * Writes known answers from the head of the queue; writes to a closed link are ignored.
     *
     * @return the number of answers that ended flows counted against Receive Maximum
     */
    int drain() {
        int ended = 0;
        InboundPublish first = waiting.peekFirst();
        while (first != null && first.settled) {
            waiting.removeFirst();
            if (first.counted && (first.qos != Qos.EXACTLY_ONCE || first.reason.error())) {
                ended++;
            }
            Receipt receipt = first.receipt;
            if (receipt == null || first.reason.error()) {
                link.acknowledge(first.qos, first.packetId, first.reason, first.reasonString);
            } else {
                link.acknowledge(first.qos, first.packetId, receipt);
            }
            if (first.heldBack && --heldBack == 0) {
                link.resume();
            }
            first = waiting.peekFirst();
        }
        return ended;
    }
}
