package io.wkmq.cluster.transport;

import io.wkmq.cluster.security.ClusterFront;
import java.time.Clock;
import java.util.Random;

/** What all links of a node share. Thread-safe. */
record LinkParts(
        LinkSettings settings,
        ClusterFront front,
        LinkLoop loop,
        LinkCounts counts,
        Inlet inlet,
        Refusals refusals,
        Clock clock,
        Random random) {
    /** Reports that a share group of a message has no member left on the other node. */
    void refused(Outgoing outgoing, int index) {
        refusals.refused(outgoing.audience.groups().get(index), outgoing.message, outgoing.handOver);
    }

    /**
     * Reports that a message does not reach its node. That node's own subscribers are lost with it, but a share group may have
     * members elsewhere.
     *
     * @param mayHaveArrived whether the message may have arrived nevertheless and must not be given to another member
     */
    void abandoned(Outgoing outgoing, boolean mayHaveArrived) {
        counts.increment(LinkCounter.ABANDONED);
        for (int i = 0; i < outgoing.audience.groups().size() && !mayHaveArrived; i++) {
            if (!outgoing.refused(i)) {
                refusals.notReached(outgoing.audience.groups().get(i), outgoing.message, outgoing.handOver);
            }
        }
    }
}
