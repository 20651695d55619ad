package io.wkmq.session;

import java.util.concurrent.Executor;

/** The one thread that owns a shard's sessions. Owned by session, implemented by the broker over an event loop. */
public interface ShardExecutor extends Executor {
    /** Whether the caller runs on that thread. */
    boolean inShard();

    /** Runs the task on that thread once the delay has passed. */
    Timer schedule(Runnable task, long delayMs);

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Timer {
        /** Cancels it if it has not run; called on the shard's thread. */
        void cancel();
    }
}
