package io.wkmq.cluster.hazelcast;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The single thread on which cluster events are processed, one after the other. A task that fails is logged, and the next one runs. */
final class EventThread implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventThread.class);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor thread;

    EventThread(String name) {
        thread = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, name));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs a task after those submitted before it; drops it after {@link #close}. */
    @Override
    public void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    /** Runs a task like {@link #execute}, and waits up to {@link #STOP} until it is done. */
    void executeAndWait(Runnable task) {
        CountDownLatch done = new CountDownLatch(1);
        execute(() -> {
            try {
                task.run();
            } finally {
                done.countDown();
            }
        });
        try {
            if (!done.await(STOP.toMillis(), TimeUnit.MILLISECONDS) && !thread.isShutdown()) {
                LOG.warn("A cluster event is still being handled after {}", STOP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void after(Duration delay, Runnable task) {
        try {
            var unused = thread.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("An event came after the end");
        }
    }

    void every(Duration period, Runnable task) {
        var unused =
                thread.scheduleWithFixedDelay(guarded(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    @SuppressWarnings("IllegalCatch") // a failing event must not cancel the periodic ones
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("Handling a cluster event failed", e);
            }
        };
    }

    /** Waits up to {@link #STOP} for the running task. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A cluster listener still runs after {}", STOP);
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            thread.shutdownNow();
        }
    }
}
