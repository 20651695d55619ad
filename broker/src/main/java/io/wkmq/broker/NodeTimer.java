package io.wkmq.broker;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timer of a node: one thread for periodic and delayed tasks. Tasks have to be short since each one delays the others.
 * Thread-safe.
 */
final class NodeTimer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeTimer.class);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, NodeTimer::thread);

    NodeTimer() {
        executor.setRemoveOnCancelPolicy(true);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "wkmq-timer");
        thread.setDaemon(true);
        return thread;
    }

    /** Returns the executor of the timer's thread, for delayed tasks. */
    ScheduledExecutorService executor() {
        return executor;
    }

    /**
     * Runs a task periodically, with a pause between the end of one run and the start of the next. An exception is logged and
     * does not cancel the task.
     */
    @SuppressWarnings("IllegalCatch") // a failed run must not be the last one
    void every(Duration pause, Runnable task) {
        var unused = executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        log.error("A task of the node's timer failed", e);
                    }
                },
                pause.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Starts no more tasks and interrupts the running one. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
