package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;

/**
 * A node that was met.
 *
 * @param node who it is
 * @param address where it took members when it was met last
 */
public record KnownPeer(Node node, SeedAddress address) {}
