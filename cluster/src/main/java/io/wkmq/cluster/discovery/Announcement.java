package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;

/**
 * What a node publishes about itself where others look for it.
 *
 * @param node its identity
 * @param address its membership address
 */
public record Announcement(Node node, SeedAddress address) {}
