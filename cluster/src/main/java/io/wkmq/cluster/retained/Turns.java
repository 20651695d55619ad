package io.wkmq.cluster.retained;

import java.util.ArrayDeque;
import java.util.Deque;

/** Lets one after the other pull, so that what several nodes have comes from one of them. Belongs to one thread. */
final class Turns {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean taken;

    /** Runs the task when it is its turn, which lasts until {@link #over}. One per peer. */
    void take(Runnable task) {
        if (taken) {
            waiting.add(task);
        } else {
            taken = true;
            task.run();
        }
    }

    /** It is the next one's turn. */
    void over() {
        Runnable next = waiting.poll();
        if (next == null) {
            taken = false;
        } else {
            next.run();
        }
    }
}
