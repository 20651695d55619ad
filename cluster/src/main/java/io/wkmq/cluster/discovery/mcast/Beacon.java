package io.wkmq.cluster.discovery.mcast;

import io.wkmq.cluster.discovery.Announcement;

/**
 * What a node multicasts about itself.
 *
 * @param cluster the name of its cluster
 * @param node its identity and membership address
 */
record Beacon(String cluster, Announcement node) {}
