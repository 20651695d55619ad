package io.wkmq.broker;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timer of a node: one thread for what is to be done again and again, or later. Its tasks are to be short, for each holds up the
 * others. Thread-safe.
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

    /** Its thread, for those who have to run something later. */
    ScheduledExecutorService executor() {
        return executor;
    }

    /** Runs a task again and again, so long after the end of the last time; what it throws is logged and does not end it. */
    @SuppressWarnings("IllegalCatch") // a round that fails must not be the last one
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

    /** Begins no task any more, and interrupts the one that runs. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
