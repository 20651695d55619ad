package io.wkmq.channel.engine;

import java.util.concurrent.Executor;

/** The one thread that owns a part of the engine. What it is given it carries out in that order, one after the other. */
public interface EngineLoop extends Executor {
    /**
     * Gives it something to do. Any thread; does not block.
     *
     * @throws java.util.concurrent.RejectedExecutionException if it has ended: then it will not be done
     */
    @Override
    void execute(Runnable task);

    /** Gives it something to do when that time has passed. On the loop only. */
    void after(long delayMs, Runnable task);

    /** Ms since some moment; never goes back. */
    long nowMs();
}
