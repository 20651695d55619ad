package io.wkmq.broker.loop;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that returns to its sockets and timers after a few milliseconds of tasks. Netty's own limit is a second,
 * checked every 64 tasks: a task that works in parts and requeues itself after each one would starve all others for that long.
 */
final class FairLoop extends SingleThreadIoEventLoop {
    private static final long TASKS_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private boolean limited;
    private long tasksUntil;

    FairLoop(IoEventLoopGroup group, Executor executor, IoHandlerFactory io) {
        super(group, executor, io);
    }

    @Override
    protected boolean runAllTasks(long timeoutNanos) {
        limited = true;
        tasksUntil = System.nanoTime() + TASKS_NANOS;
        try {
            return super.runAllTasks(timeoutNanos);
        } finally {
            limited = false;
        }
    }

    /** Returns the next task; null ends the turn. */
    @Override
    protected @Nullable Runnable pollTask() {
        return limited && System.nanoTime() - tasksUntil >= 0 ? null : super.pollTask();
    }
}
