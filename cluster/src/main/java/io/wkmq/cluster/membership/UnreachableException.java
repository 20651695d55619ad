package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;

/** Thrown when a node did not answer: it is absent, it went, or the time was up. The request may have been executed or not. */
public final class UnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception that names the node and what happened. */
    public UnreachableException(NodeId node, String reason) {
        super("Node " + node + " gave no answer: " + reason);
    }
}
