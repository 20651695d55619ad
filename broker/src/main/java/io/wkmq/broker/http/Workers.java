package io.wkmq.broker.http;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for what may block, made when they are needed; there is no queue. Thread-safe. */
public final class Workers implements AutoCloseable {
    private static final long IDLE_SECONDS = 30;
    private static final long STOP_SECONDS = 2;

    private final ThreadPoolExecutor pool;

    /**
     * No thread yet.
     *
     * @param name the threads' name
     * @param most how many there may be
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

    /** Runs the task on one of the threads; false if all of them are busy. */
    public boolean offer(Runnable task) {
        try {
            pool.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Interrupts what runs, and waits for it a little. */
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
