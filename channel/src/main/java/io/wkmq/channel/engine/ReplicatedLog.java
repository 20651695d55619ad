package io.wkmq.channel.engine;

import java.util.concurrent.CompletionStage;

/** The log of one group. All replicas of the group apply its entries in the same order. Thread-safe. */
@FunctionalInterface
public interface ReplicatedLog {
    /**
     * Brings an operation into the log. Does not block, and never throws.
     *
     * <p>The stage completes with what applying it gave, as {@link io.wkmq.channel.group.StateCodec} encodes it, once that can not
     * be lost any more; empty for operations that have no answer. It completes exceptionally if it is not known whether the operation
     * is, or will be, in the log: with a {@link LogClosedException} if trying again is of no use.
     *
     * @param op as {@link io.wkmq.channel.group.OpCodec} encodes it; not to be changed
     */
    CompletionStage<byte[]> propose(byte[] op);
}
