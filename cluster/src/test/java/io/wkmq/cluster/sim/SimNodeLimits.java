package io.wkmq.cluster.sim;

import java.time.Duration;

/**
 * The settings of a simulated node.
 *
 * @param clockAheadMs how far its time of day is ahead of that of others
 * @param claimWaitMs the maximum time a CONNECT waits for other nodes
 * @param knownWait the maximum time a SUBSCRIBE waits for other nodes
 */
record SimNodeLimits(long clockAheadMs, long claimWaitMs, Duration knownWait) {}
