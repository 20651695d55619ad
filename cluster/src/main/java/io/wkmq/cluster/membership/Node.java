package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;

/**
 * A node of the cluster.
 *
 * @param id its permanent identity
 * @param name its name for administrators
 */
public record Node(NodeId id, NodeName name) {}
