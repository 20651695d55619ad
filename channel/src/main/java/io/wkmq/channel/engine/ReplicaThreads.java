package io.wkmq.channel.engine;

import java.util.concurrent.Executor;

/**
 * Who does what the replicas of a node need besides the loops of their groups.
 *
 * @param reads for readers, which block
 * @param gives for reading what other nodes fetch, which blocks; separate from {@code reads} so that many replays do not delay a node that
 *     follows this one
 * @param writes for what is written in the background, which blocks; does one thing at a time, in the order in which it was told
 * @param scrubs for looking through records and repairing them, which blocks; does one thing at a time
 * @param timer for what is to be done later; must not be blocked
 */
public record ReplicaThreads(Executor reads, Executor gives, Executor writes, Executor scrubs, EngineLoop timer) {}
