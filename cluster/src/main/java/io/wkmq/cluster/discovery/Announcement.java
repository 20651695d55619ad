package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;

/**
 * What a node tells of itself where others look for it.
 *
 * @param node who it is
 * @param address where it takes members
 */
public record Announcement(Node node, SeedAddress address) {}
