package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;

/**
 * Another node, as one process of it announces itself.
 *
 * @param node its identity
 * @param incarnation a random number per process; what an earlier process said is void
 * @param host where other nodes reach it
 * @param linkPort the port on that host for node links; 0 if it has none
 * @param protocol the newest protocol version between nodes that it understands
 */
public record Peer(Node node, long incarnation, String host, int linkPort, int protocol) {
    /** Returns the id of the node. */
    public NodeId id() {
        return node.id();
    }
}
