package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a member running: one that stopped by itself is replaced by a new one, tried again until one runs. Thread-safe;
 * {@link #open} and {@link #close} block.
 */
final class MemberKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberKeeper.class);

    private final IntFunction<HazelcastMember> starter;
    private final Duration pause;
    private final Runnable onReplaced;
    private volatile @Nullable HazelcastMember member;

    @GuardedBy("this")
    private boolean replacing;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private int starts;

    /**
     * Keeps no member yet.
     *
     * @param starter starts the member of that number, counted from 1; throws {@link IllegalStateException} if it cannot
     * @param pause between two tries
     * @param onReplaced when a new member runs
     */
    MemberKeeper(IntFunction<HazelcastMember> starter, Duration pause, Runnable onReplaced) {
        this.starter = starter;
        this.pause = pause;
        this.onReplaced = onReplaced;
    }

    /**
     * Starts the first member.
     *
     * @throws IllegalStateException if it cannot be started
     */
    void open() {
        start();
    }

    /** The member; null before the first runs, and at the end. It may have stopped. */
    @Nullable
    HazelcastMember member() {
        return member;
    }

    /** Sees to it that a member runs. To be called when one has stopped, and every now and then. */
    void check() {
        synchronized (this) {
            HazelcastMember current = member;
            if (closed || replacing || current == null || current.running()) {
                return;
            }
            replacing = true;
        }
        LOG.error("The cluster member stopped unexpectedly and is being restarted");
        Thread thread = new Thread(this::replace, "wkmq-restart");
        thread.setDaemon(true);
        thread.start();
    }

    private void replace() {
        HazelcastMember stopped = member;
        if (stopped != null) {
            stopped.close(); // Hazelcast keeps what stopped by itself
        }
        boolean started = false;
        while (!started && !closed()) {
            started = tryToStart() || !rest();
        }
        synchronized (this) {
            replacing = false;
        }
        check(); // it may have stopped at once
    }

    private boolean tryToStart() {
        try {
            start();
            onReplaced.run();
            return true;
        } catch (IllegalStateException e) {
            LOG.error("Cannot restart the cluster member, trying again in {}: {}", pause, e.getMessage());
        } catch (RuntimeException bug) {
            LOG.error("Cannot restart the cluster member, trying again in {}", pause, bug);
        }
        return false;
    }

    private synchronized boolean closed() {
        return closed;
    }

    /** Waits until the next try; false if it is not to be made. */
    private synchronized boolean rest() {
        long deadline = System.nanoTime() + pause.toNanos();
        try {
            for (long left = pause.toNanos(); left > 0 && !closed; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void start() {
        int number;
        synchronized (this) {
            number = ++starts;
        }
        HazelcastMember started = starter.apply(number);
        synchronized (this) {
            if (!closed) {
                member = started;
                return;
            }
        }
        started.close();
    }

    /** Stops the member, whatever it does. None is started any more. */
    @Override
    public void close() {
        HazelcastMember last;
        synchronized (this) {
            closed = true;
            last = member;
            member = null;
            notifyAll();
        }
        if (last != null) {
            last.close();
        }
    }
}
