package io.wkmq.cluster.transport;

import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.routing.NodeId;
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
    /** A group of a message has no member on that node. */
    void refused(NodeId node, Outgoing outgoing, int index) {
        refusals.refused(node, outgoing.groups.get(index), outgoing.message, outgoing.handOver);
    }

    /**
     * A message does not get to its node. That node's own subscribers are gone with it; a group may have others elsewhere.
     *
     * @param mayHaveArrived whether it may be there all the same, and must not be given to anybody twice
     */
    void abandoned(NodeId node, Outgoing outgoing, boolean mayHaveArrived) {
        counts.increment(LinkCounter.ABANDONED);
        for (int i = 0; i < outgoing.groups.size() && !mayHaveArrived; i++) {
            if (!outgoing.refused(i)) {
                refused(node, outgoing, i);
            }
        }
    }
}
