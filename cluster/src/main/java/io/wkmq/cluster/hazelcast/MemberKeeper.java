package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a member running: one that stopped by itself is replaced by a new one, with retries until one runs. Thread-safe; {@link #open} and
 * {@link #close} block.
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
     * Creates a keeper without a member.
     *
     * @param starter starts the member of the given number, counted from 1; throws {@link IllegalStateException} if it cannot
     * @param pause the time between two attempts
     * @param onReplaced called when a new member runs
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

    /** Returns the member, which may have stopped; null before the first one runs and after {@link #close}. */
    @Nullable
    HazelcastMember member() {
        return member;
    }

    /** Replaces the member if it has stopped. Called when one has stopped, and periodically. */
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
            stopped.close(); // Hazelcast retains resources of a member that stopped by itself
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

    /** Waits until the next attempt; returns false if interrupted. */
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

    /** Stops the member whatever it is doing. No other member is started. */
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
