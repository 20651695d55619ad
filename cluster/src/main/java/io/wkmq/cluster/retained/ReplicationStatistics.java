package io.wkmq.cluster.retained;

/**
 * Metrics of the replication of retained messages; all are totals since the start of the node.
 *
 * @param told changes of this node's clients that were sent to other nodes at once
 * @param untold changes that were not sent at once to some node, because of their size or because too many were in flight; that
 *     node finds them when it compares
 * @param applied messages from other nodes that were newer than the ones here
 * @param stale messages from other nodes that were not newer, or had expired
 * @param refused messages from other nodes that exceeded a limit of this node
 * @param pulls how often another node was asked for the contents of buckets
 */
public record ReplicationStatistics(long told, long untold, long applied, long stale, long refused, long pulls) {}
