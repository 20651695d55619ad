package io.wkmq.cluster.retained;

/**
 * Figures of the replication of retained messages for metrics; all are totals from the start of the node.
 *
 * @param told changes of this node's clients that were sent to other nodes at once
 * @param untold changes that were not sent at once to some node because too many were on the way, or they were too large: it
 *     finds them when it compares
 * @param applied what came from other nodes and was newer than what was here
 * @param stale what came from other nodes and was not, or whose time was over
 * @param refused what came from other nodes and was beyond a limit of this one
 * @param pulls how often another node was asked for what it has
 */
public record ReplicationStatistics(long told, long untold, long applied, long stale, long refused, long pulls) {}
