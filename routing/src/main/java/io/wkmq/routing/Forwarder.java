package io.wkmq.routing;

/**
 * Carries messages to other nodes, one copy per node whatever the number of its subscribers. Owned by routing, implemented
 * by the cluster layer. Must not block; QoS 0 may be dropped (counted) when the node's link is full.
 */
public interface Forwarder {
    /** The forwarder of a cluster of one. No route of it names another node, so a call is a bug. */
    Forwarder NONE = (node, message, handOver) -> {
        throw new IllegalStateException("A route names node " + node + " but this node is a cluster of one");
    };

    /** Sends a copy to a node, which routes it among its own subscribers. */
    void forward(NodeId node, Message message, HandOver handOver);
}
