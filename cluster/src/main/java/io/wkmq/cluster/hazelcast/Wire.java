package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** This node's end of the network, used by the operations that arrive from other nodes. Called on Hazelcast's threads; must not block. */
interface Wire {
    /** The name under which it is registered with Hazelcast. */
    String SERVICE = "wkmq";

    /** Handles a message from a node that is a member. */
    void received(NodeId from, MessageOperation message);

    /** Handles a message from a node that is not a member yet, or no longer is. */
    void early(Address from, MessageOperation message);

    /**
     * Decides whether a node is accepted as a member.
     *
     * @param members the members of the cluster, including this node
     */
    Verdict judge(Peer candidate, List<Peer> members);

    /** Records that an acceptable node, which accepts members at that address, is looking for this one. */
    void heardOf(SeedAddress address);

    /** Returns the encoded list of removed nodes to send to nonmembers; null if none are removed. */
    byte @Nullable [] removals();

    /** Merges the list received from a nonmember, which may belong to a part of the cluster where a removal is not known. */
    void heardRemovals(NodeId from, byte[] list);
}
