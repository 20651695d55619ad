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
 * The one thread of a part of the cluster: runs what it is given, one after the other, and now and then a tick. While it is given
 * something the ticks come as often as was asked for; after a pause of {@value #BUSY_MS} ms only every {@value #SELDOM_MS} ms, and on
 * a node without others every {@value #ALONE_MS} ms: each time may hold back a message. Thread-safe.
 */
public final class TickingLoop implements Executor, AutoCloseable {
    static final long BUSY_MS = 300;
    static final long SELDOM_MS = 200;
    static final long ALONE_MS = 1000;

    private final ScheduledThreadPoolExecutor thread;
    private volatile long givenNanos = System.nanoTime();
    private volatile @Nullable Ticks ticks;

    /**
     * A loop that does not tick.
     *
     * @param name of the thread
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
     * Begins to tick. Once.
     *
     * @param often the time between two ticks while there is something to do
     * @param alone whether there are no other nodes; when one comes the loop has to be given something
     * @param tick must not throw
     */
    public void tick(Duration often, BooleanSupplier alone, Runnable tick) {
        Ticks begun = new Ticks(tick, alone, often.toMillis());
        begun.schedule(begun.oftenMs);
        ticks = begun;
    }

    /** Runs a task behind those before it. Throws a {@link RejectedExecutionException} after the end. */
    @Override
    public void execute(Runnable task) {
        givenNanos = System.nanoTime();
        thread.execute(task);
        Ticks running = ticks;
        if (running != null && running.seldom) {
            running.hurry();
        }
    }

    /** Runs the tasks that it has, and takes none any more. */
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
                next = null; // this one cannot be hurried any more
            }
            tick.run();
            long seldomMs = alone.getAsBoolean() ? ALONE_MS : SELDOM_MS;
            synchronized (this) {
                seldom = true; // who gives a task from here on hurries what is scheduled below
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
