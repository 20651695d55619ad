package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;

/**
 * A node of the cluster.
 *
 * @param id its identity, for ever
 * @param name what administrators call it
 */
public record Node(NodeId id, NodeName name) {}
