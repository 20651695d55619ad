package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operations of other nodes find here: the node's side of the network. Called on Hazelcast's threads; must not block. */
interface Wire {
    /** The name under which Hazelcast knows it. */
    String SERVICE = "wkmq";

    /** A message of a node that is a member. */
    void received(NodeId from, MessageOperation message);

    /**
     * Why a node is not taken, or null if it is.
     *
     * @param members those that are in the cluster, this node too
     */
    @Nullable
    Refusal refusal(Peer candidate, List<Peer> members);
}
