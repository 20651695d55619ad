package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Simulated time, advanced by the test. Not thread-safe. */
final class SimTiming implements Timing {
    private final SimLoop loop = new SimLoop();

    @Override
    public long nanoTime() {
        return TimeUnit.MILLISECONDS.toNanos(loop.nowMs());
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void after(long delayMs, Runnable task) {
        loop.after(delayMs, task);
    }

    @Override
    public <T> void completeAfter(long delayMs, CompletableFuture<T> future, T value) {
        loop.after(delayMs, () -> future.complete(value));
    }

    /** Lets time pass, with all that is to do meanwhile. */
    void pass(long durationMs) {
        loop.pass(durationMs);
    }
}
