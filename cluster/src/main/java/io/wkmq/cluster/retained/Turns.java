package io.wkmq.cluster.retained;

import java.util.ArrayDeque;
import java.util.Deque;

/** Serializes pulls, so that what several nodes have is fetched from only one of them. Belongs to one thread. */
final class Turns {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean taken;

    /** Runs the task when it is its turn, which lasts until {@link #over}. At most one per peer may wait. */
    void take(Runnable task) {
        if (taken) {
            waiting.add(task);
        } else {
            taken = true;
            task.run();
        }
    }

    /** Ends the turn and starts the next one. */
    void over() {
        Runnable next = waiting.poll();
        if (next == null) {
            taken = false;
        } else {
            next.run();
        }
    }
}
