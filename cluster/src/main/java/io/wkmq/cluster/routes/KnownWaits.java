package io.wkmq.cluster.routes;

import java.util.ArrayDeque;

/**
 * Who waits until the other nodes know a change, in the order they came. Pure: time comes by argument. Belongs to one thread.
 * Bounded: beyond {@value #MAX} nobody is kept waiting.
 */
final class KnownWaits {
    private static final int MAX = 100_000;

    private final ArrayDeque<Wait> waits = new ArrayDeque<>();

    private record Wait(long seq, long deadlineMs, Runnable callback) {}

    /** Adds one that waits for a change; false if there are too many. */
    boolean add(long seq, long deadlineMs, Runnable callback) {
        if (waits.size() == MAX) {
            return false;
        }
        waits.add(new Wait(seq, deadlineMs, callback));
        return true;
    }

    /** Calls back those whose change is known now. */
    void known(long seq) {
        // In order of arrival: one that asked a moment later for an older change waits with the one before it.
        while (!waits.isEmpty() && waits.element().seq <= seq) {
            waits.remove().callback.run();
        }
    }

    /** The newest change of which somebody has waited too long, or -1. */
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
