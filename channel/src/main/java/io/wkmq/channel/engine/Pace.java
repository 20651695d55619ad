package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets so many bytes a second pass, by pauses behind them. Belongs to who lets one part after the other pass. */
final class Pace {
    private static final long MS_PER_SECOND = 1_000;

    private final EngineLoop timer;
    private final long bytesPerMs;
    private long bytes;

    Pace(EngineLoop timer, long bytesPerSecond) {
        this.timer = timer;
        this.bytesPerMs = Math.max(1, bytesPerSecond / MS_PER_SECOND);
    }

    /**
     * Completes when the next ones may pass: at once, or on the timer; with a {@link LogClosedException} if that has ended.
     *
     * @param passed how many have
     */
    CompletionStage<Void> passed(long passed) {
        bytes += passed;
        long pauseMs = bytes / bytesPerMs;
        if (pauseMs == 0) {
            return CompletableFuture.completedFuture(null);
        }
        bytes %= bytesPerMs;
        return timer.ask(next -> timer.after(pauseMs, () -> next.complete(null)));
    }
}
