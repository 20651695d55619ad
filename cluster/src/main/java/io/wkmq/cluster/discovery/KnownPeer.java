package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;

/**
 * A node that was met.
 *
 * @param node its identity
 * @param address its membership address when it was last met
 */
public record KnownPeer(Node node, SeedAddress address) {}
