package io.wkmq.cluster.sim;

import java.time.Duration;

/**
 * How a simulated node is set up.
 *
 * @param clockAheadMs how much its time of day is ahead of that of others
 * @param claimWaitMs how long a CONNECT waits at most for other nodes
 * @param knownWait how long a SUBSCRIBE waits at most for them
 */
record SimNodeLimits(long clockAheadMs, long claimWaitMs, Duration knownWait) {}
