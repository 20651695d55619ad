package io.wkmq.channel.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Proposes operations to the replicated groups, and queries these, on behalf of this node; results arrive on the engine's loop, because the
 * thread of a group's log must not propose. Thread-safe; does not block. Stages fail with a {@link LogClosedException} once the channels
 * are closed.
 */
final class LogProposals {
    private static final long PAUSE_MS = 200;

    private final EngineLogs logs;
    private final EngineLoop loop;
    private final Duration patience;
    private final Timing timing;

    /**
     * Creates a proposer to these logs.
     *
     * @param patience how long to wait at most for other nodes
     */
    LogProposals(EngineLogs logs, EngineLoop loop, Duration patience, Timing timing) {
        this.logs = logs;
        this.loop = loop;
        this.patience = patience;
        this.timing = timing;
    }

    /** Proposes an operation once. */
    CompletionStage<byte[]> propose(int group, byte[] op) {
        return loop.compose(() -> logs.propose(group, op));
    }

    /** Proposes an operation repeatedly while its outcome is unknown: it must be harmless if it gets into the log twice. */
    CompletionStage<byte[]> insist(int group, byte[] op) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        insist(group, op, timing.nanoTime() + patience.toNanos(), answer);
        return answer;
    }

    private void insist(int group, byte[] op, long endNanos, CompletableFuture<byte[]> answer) {
        propose(group, op).whenComplete((result, failure) -> {
            if (failure == null) {
                answer.complete(result);
            } else if (failure instanceof LogClosedException || timing.nanoTime() - endNanos > 0) {
                answer.completeExceptionally(failure);
            } else {
                timing.after(PAUSE_MS, () -> insist(group, op, endNanos, answer));
            }
        });
    }

    /** Completes once this node has applied everything in a group that was acknowledged to anyone before. */
    CompletionStage<Void> caughtUp(int group) {
        return loop.compose(() -> logs.caughtUp(group, patience));
    }
}
