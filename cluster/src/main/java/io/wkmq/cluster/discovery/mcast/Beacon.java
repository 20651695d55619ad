package io.wkmq.cluster.discovery.mcast;

import io.wkmq.cluster.discovery.Announcement;

/**
 * What a node tells everybody.
 *
 * @param cluster the name of its cluster
 * @param node who it is, and where it takes members
 */
record Beacon(String cluster, Announcement node) {}
