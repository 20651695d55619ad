package io.wkmq.routing;

/**
 * Carries messages to other nodes, one copy per node however many subscribers it has. Owned by routing, implemented by the cluster
 * layer. Must not block. When the link to the node is full, QoS 0 may be dropped (and counted), and publishers of QoS 1 and 2 are
 * held back: {@link HandOver#holdBack}.
 *
 * <p>The other node passes the copy to {@link Router#deliver}. If that returns groups that have no member there any more, the node
 * reports them, and the forwarder passes each to {@link Router#redispatch} with the {@link RemoteMembers} of the audience and the
 * same hand-over. It must still call that one's {@link HandOver#done}, and before that {@link HandOver#nobody} if no member is left
 * at all. It does the same with the groups of a copy that did not reach its node, but without naming members: those may be
 * available again a moment later.
 */
public interface Forwarder {
    /** The forwarder of a cluster of one. Since no route names another node, a call is a bug. */
    Forwarder NONE = (node, message, audience, handOver) -> {
        throw new IllegalStateException("A route names node " + node + " but this node is a cluster of one");
    };

    /** Sends a copy to a node, for the subscribers given by the audience. */
    void forward(NodeId node, Message message, Audience audience, HandOver handOver);

    /** Returns whether copies currently reach a node, so that share groups may choose its members. Any thread. */
    default boolean reaches(NodeId node) {
        return true;
    }
}
