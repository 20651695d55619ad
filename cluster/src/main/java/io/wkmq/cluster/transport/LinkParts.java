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
    /** A group of a message has no member on the node. */
    void refused(Outgoing outgoing, int index) {
        refusals.refused(outgoing.audience.groups().get(index), outgoing.message, outgoing.handOver);
    }

    /**
     * A message does not get to its node. That node's own subscribers are gone with it; a group may have others elsewhere.
     *
     * @param mayHaveArrived whether it may be there all the same, and must not be given to anybody twice
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
