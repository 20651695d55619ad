package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import java.util.List;

/** Learns when this node gives up its cluster for another. Called by one thread at a time, which it must not block. */
public interface MergeListener {
    /**
     * It begins. The peers count as here for some seconds more, although they are out of reach for a moment.
     *
     * @param others the other nodes of the cluster that is given up
     */
    void merging(List<Node> others);

    /** It is over, well or not. Who is here and who is not was told before. */
    void merged(Merge merge);
}
