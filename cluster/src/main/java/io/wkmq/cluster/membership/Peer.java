package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;

/**
 * Another node as one run of its process announces itself.
 *
 * @param node who it is
 * @param incarnation a random number of this run of its process: what an earlier run said is void
 * @param host where other nodes reach it
 * @param linkPort the port of that host on which it takes node links; 0 if it takes none
 * @param protocol the newest version of the messages between nodes that it understands
 */
public record Peer(Node node, long incarnation, String host, int linkPort, int protocol) {
    /** Whose run it is. */
    public NodeId id() {
        return node.id();
    }
}
