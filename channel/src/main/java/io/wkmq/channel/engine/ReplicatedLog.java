package io.wkmq.channel.engine;

import java.util.concurrent.CompletionStage;

/** The log of one group. All replicas of the group apply its entries in the same order. Thread-safe. */
@FunctionalInterface
public interface ReplicatedLog {
    /**
     * Proposes an operation. Does not block, and never throws.
     *
     * <p>The stage completes with the result of applying it, as encoded by {@link io.wkmq.channel.group.StateCodec}, once it can no longer
     * be lost; empty for operations without an answer. It fails if it is unknown whether the operation is, or will be, in the log: with a
     * {@link LogClosedException} if retrying is pointless.
     *
     * @param op as encoded by {@link io.wkmq.channel.group.OpCodec}; not to be modified
     */
    CompletionStage<byte[]> propose(byte[] op);
}
