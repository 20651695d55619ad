package io.wkmq.channel.engine;

import java.util.concurrent.Executor;

/**
 * Who does what the replicas of a node need besides the loops of their groups.
 *
 * @param reads for readers, which block
 * @param writes for what is written in the background, which blocks; does one thing at a time, in the order in which it was told
 * @param timer for what is to be done later; must not be blocked
 */
public record ReplicaThreads(Executor reads, Executor writes, EngineLoop timer) {}
