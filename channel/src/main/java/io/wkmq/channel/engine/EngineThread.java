package io.wkmq.channel.engine;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop on a thread of its own, until it is closed. Thread-safe. */
public final class EngineThread implements EngineLoop, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineThread.class);

    private static final long PARK_MS_MAX = 1_000;

    private record Timed(long atMs, long order, Runnable task) {}

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timed> timed =
            new PriorityQueue<>(Comparator.comparingLong(Timed::atMs).thenComparingLong(Timed::order));
    private final Thread thread;
    private volatile boolean idle;
    private volatile boolean closing;
    private volatile boolean ended;
    private long order;

    private EngineThread(String name) {
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Starts a loop on a new thread of the given name. */
    public static EngineThread start(String name) {
        EngineThread started = new EngineThread(name);
        started.thread.start();
        return started;
    }

    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw refused();
        }
        tasks.add(task);
        if (ended && tasks.remove(task)) {
            throw refused();
        }
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    private RejectedExecutionException refused() {
        return new RejectedExecutionException("The loop " + thread.getName() + " has ended");
    }

    @Override
    public void after(long delayMs, Runnable task) {
        assert Thread.currentThread() == thread : "Not on the loop but on " + Thread.currentThread();
        timed.add(new Timed(nowMs() + delayMs, order++, task));
    }

    @Override
    public long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void run() {
        while (true) {
            Runnable task = tasks.poll();
            if (task != null) {
                run(task);
            } else if (closing) {
                end();
                return;
            }
            for (Timed next = timed.peek(); next != null && next.atMs <= nowMs(); next = timed.peek()) {
                timed.remove();
                run(next.task);
            }
            if (task == null) {
                park();
            }
        }
    }

    /** Refuses tasks from here on; runs those that were submitted meanwhile. */
    private void end() {
        ended = true;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            run(task);
        }
    }

    private void park() {
        Timed next = timed.peek();
        long waitMs = next == null ? PARK_MS_MAX : Math.min(PARK_MS_MAX, next.atMs - nowMs());
        idle = true;
        if (waitMs > 0 && tasks.isEmpty() && !closing) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(waitMs));
        }
        idle = false;
    }

    // a bug in one task must not end the thread: the others are still to be run
    @SuppressWarnings("IllegalCatch")
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            report(e);
        }
    }

    private static void report(Throwable failure) {
        try {
            LOG.error("A channel task failed", failure);
        } catch (OutOfMemoryError e) {
            failure.addSuppressed(e); // and the thread goes on: the failed task has dealt with its own consequences
        }
    }

    /** Runs the tasks submitted so far, but no delayed ones, then ends the thread. Blocks until it has ended. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
