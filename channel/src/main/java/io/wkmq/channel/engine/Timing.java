package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** What time it is, and who does something later. Thread-safe; does not block. */
interface Timing extends Executor {
    /** That of the system. */
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

    /** As {@link System#nanoTime}. */
    long nanoTime();

    /** Has something done when that time has passed. */
    void after(long delayMs, Runnable task);

    /** Completes a future when that time has passed, unless it is by then. */
    <T> void completeAfter(long delayMs, CompletableFuture<T> future, T value);
}
