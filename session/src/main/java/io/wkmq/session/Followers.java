package io.wkmq.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Tracks the sessions of a stopping node that are likely to move to other nodes along with their clients: those that outlive a
 * connection closed since tracking began, and those that another node has asked for. Bounded by the number of sessions of the
 * node. Thread-safe.
 */
public final class Followers {
    @GuardedBy("this")
    private final Set<Session> here = new HashSet<>();

    @GuardedBy("this")
    private int gone;

    @GuardedBy("this")
    private int shards;

    /** Waits for the given number of shards to start tracking. */
    Followers(int shards) {
        this.shards = shards;
    }

    /** Records that one more shard tracks its sessions. */
    synchronized void noting() {
        shards--;
        notifyAll();
    }

    /** Waits at most {@code limit} until all shards track their sessions; returns whether they do. */
    public synchronized boolean awaitNoting(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (shards > 0) {
            long leftMs = leftMs(deadline);
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    synchronized void add(Session session) {
        here.add(session);
    }

    /** Records that the session is no longer on this node. */
    synchronized void remove(Session session) {
        if (here.remove(session)) {
            gone++;
            if (here.isEmpty()) {
                notifyAll();
            }
        }
    }

    /** Returns the number of tracked sessions still on this node. */
    public synchronized int here() {
        return here.size();
    }

    /** Returns the number of tracked sessions that have moved away or ended. */
    public synchronized int gone() {
        return gone;
    }

    /** Waits at most {@code limit} until no tracked session is left on this node; returns whether none is. */
    public synchronized boolean awaitNone(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!here.isEmpty()) {
            long leftMs = leftMs(deadline);
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    private static long leftMs(long deadlineNanos) {
        return TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    }
}
