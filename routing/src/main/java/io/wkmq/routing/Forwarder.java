package io.wkmq.routing;

/**
 * Carries messages to other nodes, one copy per node whatever the number of its subscribers. Owned by routing, implemented
 * by the cluster layer. Must not block. When the node's link is full QoS 0 may be dropped (counted), and the publishers of QoS 1 and 2 are held
 * back: {@link HandOver#holdBack}.
 *
 * <p>The other node gives the copy to {@link Router#deliver}. If that names groups which have no member there any more, the
 * node says so, and the forwarder passes each to {@link Router#redispatch} with the {@link RemoteMembers} of the audience
 * and the same hand-over, of which it has then still to call {@link HandOver#done}; if nobody is left at all, also
 * {@link HandOver#nobody}, before it. It does the same with the groups of a copy that did not get to its node, but names no
 * members: those may be there again a moment later.
 */
public interface Forwarder {
    /** The forwarder of a cluster of one. No route of it names another node, so a call is a bug. */
    Forwarder NONE = (node, message, audience, handOver) -> {
        throw new IllegalStateException("A route names node " + node + " but this node is a cluster of one");
    };

    /** Sends a copy to a node, for those of its subscribers that the audience says. */
    void forward(NodeId node, Message message, Audience audience, HandOver handOver);

    /** Whether copies get to a node at present, so that share groups may choose its members. Any thread. */
    default boolean reaches(NodeId node) {
        return true;
    }
}
