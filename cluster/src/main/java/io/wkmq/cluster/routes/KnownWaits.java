package io.wkmq.cluster.routes;

import java.util.ArrayDeque;

/**
 * Callbacks that wait until the other nodes know a change, in order of arrival. Deterministic: time is passed in. Belongs to one
 * thread. Bounded: beyond {@value #MAX} waits no more are accepted.
 */
final class KnownWaits {
    private static final int MAX = 100_000;

    private final ArrayDeque<Wait> waits = new ArrayDeque<>();

    private record Wait(long seq, long deadlineMs, Runnable callback) {}

    /** Adds a wait for a change; returns false if there are too many. */
    boolean add(long seq, long deadlineMs, Runnable callback) {
        if (waits.size() == MAX) {
            return false;
        }
        waits.add(new Wait(seq, deadlineMs, callback));
        return true;
    }

    /** Runs the callbacks whose change is known now. */
    void known(long seq) {
        // In order of arrival: a wait for an older change, added slightly later, completes with the one before it.
        while (!waits.isEmpty() && waits.element().seq <= seq) {
            waits.remove().callback.run();
        }
    }

    /** Returns the newest change whose wait is overdue, or -1. */
    long overdue(long nowMs) {
        long seq = -1;
        for (Wait wait : waits) {
            if (wait.deadlineMs > nowMs) {
                break;
            }
            seq = Math.max(seq, wait.seq);
        }
        return seq;
    }
}
