package io.wkmq.channel.engine;

import java.util.concurrent.Executor;

/**
 * The executors that a node's replicas need besides the loops of their groups.
 *
 * @param reads for readers, which block
 * @param writes for blocking background writes; runs one task at a time, in order
 * @param scrubs for scrubbing and repairing records, which blocks; runs one task at a time
 * @param timer for delayed tasks; must not be blocked
 */
public record ReplicaThreads(Executor reads, Executor gives, Executor writes, Executor scrubs, EngineLoop timer) {}
