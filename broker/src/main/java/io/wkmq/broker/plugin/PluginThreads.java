package io.wkmq.broker.plugin;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one plugin: some for work, one for events, one for commands and periodic tasks. Threads start on demand; those
 * for work and events end after an idle time. Thread-safe.
 */
final class PluginThreads {
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor work;
    private final ThreadPoolExecutor events;
    private final ScheduledThreadPoolExecutor control;

    PluginThreads(
            String pluginName, PluginLimits limits, ClassLoader loader, Thread.UncaughtExceptionHandler uncaught) {
        this.work = pool(limits.threads(), limits.queueMax(), factory(pluginName, "work", loader, uncaught));
        this.events = pool(1, limits.queueMax(), factory(pluginName, "events", loader, uncaught));
        this.control = new ScheduledThreadPoolExecutor(1, factory(pluginName, "control", loader, uncaught));
        control.setRemoveOnCancelPolicy(true);
    }

    /**
     * Returns the executor of calls that may block. It throws {@link RejectedExecutionException} if the queue is full or the
     * plugin has ended.
     */
    Executor work() {
        return work;
    }

    /** Returns the executor of events, which runs tasks in order and rejects them as {@link #work} does. */
    Executor events() {
        return events;
    }

    /** Returns the executor of commands, which runs tasks in order. Its queue is unbounded; callers have to bound it. */
    Executor control() {
        return control;
    }

    /** Runs a task periodically on the thread of {@link #control}. The task must not throw. */
    void repeat(Duration pause, Runnable task) {
        var unused = control.scheduleWithFixedDelay(task, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Interrupts running tasks and discards waiting ones. */
    void end() {
        control.shutdownNow();
        events.shutdownNow();
        work.shutdownNow();
    }

    private static ThreadPoolExecutor pool(int threads, int queueMax, ThreadFactory factory) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queueMax), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory factory(
            String pluginName, String kind, ClassLoader loader, Thread.UncaughtExceptionHandler uncaught) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "plugin-" + pluginName + "-" + kind + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(loader);
            thread.setUncaughtExceptionHandler(uncaught);
            return thread;
        };
    }
}
