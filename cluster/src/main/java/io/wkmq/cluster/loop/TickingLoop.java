package io.wkmq.cluster.loop;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The single thread of a service: runs tasks sequentially, and a periodic tick. While tasks arrive the tick has the requested
 * interval; after a pause of {@value #BUSY_MS} ms it runs only every {@value #SELDOM_MS} ms, and on a node without peers every
 * {@value #ALONE_MS} ms, since each tick may delay messages. Thread-safe.
 */
public final class TickingLoop implements Executor, AutoCloseable {
    static final long BUSY_MS = 300;
    static final long SELDOM_MS = 200;
    static final long ALONE_MS = 1000;

    private final ScheduledThreadPoolExecutor thread;
    private volatile long givenNanos = System.nanoTime();
    private volatile @Nullable Ticks ticks;

    /**
     * Creates a loop that does not tick yet.
     *
     * @param name the name of the thread
     */
    public TickingLoop(String name) {
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Starts the tick. Must be called once.
     *
     * @param often the interval while there is something to do
     * @param alone returns whether there are no peers; when one comes, a task must be submitted
     * @param tick must not throw
     */
    public void tick(Duration often, BooleanSupplier alone, Runnable tick) {
        Ticks begun = new Ticks(tick, alone, often.toMillis());
        begun.schedule(begun.oftenMs);
        ticks = begun;
    }

    /** Runs a task after all earlier ones. Throws a {@link RejectedExecutionException} once the loop is closed. */
    @Override
    public void execute(Runnable task) {
        givenNanos = System.nanoTime();
        thread.execute(task);
        Ticks running = ticks;
        if (running != null && running.seldom) {
            running.hurry();
        }
    }

    /** Stops accepting tasks; those already submitted are run. */
    @Override
    public void close() {
        thread.shutdown();
    }

    private final class Ticks implements Runnable {
        final long oftenMs;
        volatile boolean seldom;
        private final Runnable tick;
        private final BooleanSupplier alone;

        @GuardedBy("this")
        private @Nullable Future<?> next;

        Ticks(Runnable tick, BooleanSupplier alone, long oftenMs) {
            this.tick = tick;
            this.alone = alone;
            this.oftenMs = oftenMs;
        }

        @Override
        public void run() {
            synchronized (this) {
                next = null; // the run in progress cannot be rescheduled any more
            }
            tick.run();
            long seldomMs = alone.getAsBoolean() ? ALONE_MS : SELDOM_MS;
            synchronized (this) {
                seldom = true; // before reading givenNanos: a task submitted from here on reschedules the tick below
                seldom = System.nanoTime() - givenNanos > TimeUnit.MILLISECONDS.toNanos(BUSY_MS);
                schedule(seldom ? seldomMs : oftenMs);
            }
        }

        synchronized void hurry() {
            Future<?> late = next;
            if (seldom && late != null && late.cancel(false)) {
                seldom = false;
                schedule(oftenMs);
            }
        }

        synchronized void schedule(long ms) {
            try {
                next = thread.schedule(this, ms, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                next = null; // the loop has ended
            }
        }
    }
}
