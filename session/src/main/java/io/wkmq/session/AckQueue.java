package io.wkmq.session;

import io.wkmq.channel.Receipt;
import io.wkmq.routing.Qos;
import java.util.ArrayDeque;

/**
 * The PUBLISHes of one connection that are not answered yet: PUBACK and PUBREC are written in the order in which they came
 * [MQTT-4.6.0-2], [MQTT-4.6.0-3]. Belongs to the session's shard. Bounded by the Receive Maximum that the connection
 * enforces; while one waits for a taker that has too much, the client is not read.
 */
final class AckQueue {
    private final ClientLink link;
    private final ArrayDeque<InboundPublish> waiting = new ArrayDeque<>(8);
    private int heldBack; // those for which the client is not read

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

    /** One of them has found a taker that has too much. */
    void holdBack() {
        if (heldBack++ == 0) {
            link.pause();
        }
    }

    /**
     * Writes the answers that are known and first in line; writes to a closed link go nowhere.
     *
     * @return how many answers ended flows that count against Receive Maximum
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
