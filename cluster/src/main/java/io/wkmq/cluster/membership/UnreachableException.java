package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;

/** A node did not answer: it is not here, it went, or its time was up. What it was asked may be done or not. */
public final class UnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says which node and what happened. */
    public UnreachableException(NodeId node, String reason) {
        super("Node " + node + " gave no answer: " + reason);
    }
}
