package io.wkmq.broker.loop;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.wkmq.session.ShardExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a shard on an event loop. Thread-safe. A task that throws is logged and the loop goes on; once the loop is shutting
 * down, {@link #execute} and {@link #schedule} throw {@link java.util.concurrent.RejectedExecutionException}.
 */
public final class NettyShardExecutor implements ShardExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(NettyShardExecutor.class);

    private final EventLoop loop;

    /** Creates the executor of a shard on this loop. */
    public NettyShardExecutor(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public boolean inShard() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayMs) {
        Future<?> future = loop.schedule(() -> runLogged(task), delayMs, TimeUnit.MILLISECONDS);
        return () -> future.cancel(false);
    }

    // The loop logs exceptions of executed tasks, but stores those of scheduled ones in a future that nobody reads.
    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | AssertionError e) {
            LOG.error("a scheduled task of the shard failed task={}", task, e);
        }
    }
}
