package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** A clock and scheduler. Thread-safe; does not block. */
interface Timing extends Executor {
    /** The system clock and the common pool. */
    Timing SYSTEM = new Timing() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void execute(Runnable task) {
            ForkJoinPool.commonPool().execute(task);
        }

        @Override
        public void after(long delayMs, Runnable task) {
            CompletableFuture.delayedExecutor(delayMs, TimeUnit.MILLISECONDS, this)
                    .execute(task);
        }

        @Override
        public <T> void completeAfter(long delayMs, CompletableFuture<T> future, T value) {
            var unused = future.completeOnTimeout(value, delayMs, TimeUnit.MILLISECONDS);
        }
    };

    /** See {@link System#nanoTime}. */
    long nanoTime();

    /** Runs a task after a delay. */
    void after(long delayMs, Runnable task);

    /** Completes a future after a delay, unless it is complete by then. */
    <T> void completeAfter(long delayMs, CompletableFuture<T> future, T value);
}
