package io.wkmq.session;

import java.util.concurrent.Executor;

/** The single thread that owns a shard's sessions. Port owned by the session module, implemented by the broker on an event loop. */
public interface ShardExecutor extends Executor {
    /** Returns whether the caller runs on that thread. */
    boolean inShard();

    /** Runs the task on that thread after the delay. */
    Timer schedule(Runnable task, long delayMs);

    /** A scheduled task. */
    @FunctionalInterface
    interface Timer {
        /** Cancels the task if it has not run; called on the shard's thread. */
        void cancel();
    }
}
