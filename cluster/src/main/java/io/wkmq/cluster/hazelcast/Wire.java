package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operations of other nodes find here: the node's side of the network. Called on Hazelcast's threads; must not block. */
interface Wire {
    /** The name under which Hazelcast knows it. */
    String SERVICE = "wkmq";

    /** A message of a node that is a member. */
    void received(NodeId from, MessageOperation message);

    /** A message of a node that is not a member yet, or not any more. */
    void early(Address from, MessageOperation message);

    /**
     * Whether a node is taken as a member.
     *
     * @param members those that are in the cluster, this node too
     */
    Verdict judge(Peer candidate, List<Peer> members);

    /** A node that would be taken looks for this one; it takes members there. */
    void heardOf(SeedAddress address);

    /** What this node tells those that are no members of who is removed; null if nobody is. */
    byte @Nullable [] removals();

    /** What such a node has told: it may belong to a part of the cluster in which nobody knew. */
    void heardRemovals(NodeId from, byte[] list);
}
