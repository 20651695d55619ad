package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Throttles to a number of bytes per second by pausing after each part. Owned by whoever processes one part after the other. */
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
     * Completes when the next part may be processed: at once, or on the timer; fails with a {@link LogClosedException} if the timer has
     * ended.
     *
     * @param passed the number of bytes just processed
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
