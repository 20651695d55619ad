package io.wkmq.broker.http;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for blocking tasks, created on demand; there is no queue. Thread-safe. */
public final class Workers implements AutoCloseable {
    private static final long IDLE_SECONDS = 30;
    private static final long STOP_SECONDS = 2;

    private final ThreadPoolExecutor pool;

    /**
     * Creates a pool without threads.
     *
     * @param name the threads' name
     * @param most the maximum number of threads
     */
    public Workers(String name, int most) {
        pool = new ThreadPoolExecutor(
                0,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory(name, true));
    }

    /** Runs the task on one of the threads; returns false if all are busy. */
    public boolean offer(Runnable task) {
        try {
            pool.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Interrupts running tasks and waits briefly for their end. */
    @Override
    public void close() {
        pool.shutdownNow();
        try {
            var unused = pool.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
