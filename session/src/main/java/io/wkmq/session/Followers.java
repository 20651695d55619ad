package io.wkmq.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The sessions of a node that is being stopped which are likely to follow their clients to other nodes: those that outlive a connection
 * that has ended since, and those that another node has asked for. Bounded by the sessions of the node. Thread-safe.
 */
public final class Followers {
    @GuardedBy("this")
    private final Set<Session> here = new HashSet<>();

    @GuardedBy("this")
    private int gone;

    @GuardedBy("this")
    private int shards;

    /** Of so many shards. */
    Followers(int shards) {
        this.shards = shards;
    }

    /** One of the shards notes its sessions from now on. */
    synchronized void noting() {
        shards--;
        notifyAll();
    }

    /** Waits until all shards note their sessions, but not longer than {@code limit}; whether they do. */
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

    /** The session is not on this node any more. */
    synchronized void remove(Session session) {
        if (here.remove(session)) {
            gone++;
            if (here.isEmpty()) {
                notifyAll();
            }
        }
    }

    /** How many are still here. */
    public synchronized int here() {
        return here.size();
    }

    /** How many have gone, or have ended. */
    public synchronized int gone() {
        return gone;
    }

    /** Waits until none is here, but not longer than {@code limit}; whether none is. */
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
