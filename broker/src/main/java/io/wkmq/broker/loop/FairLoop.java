package io.wkmq.broker.loop;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that looks at its sockets and timers again after a few milliseconds, however many tasks there are. Netty's own
 * limit is a second and is looked at every 64 tasks: a task that does its work in parts and puts itself into the queue again
 * after each of them would let nobody else in for so long.
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

    /** The next task, or null to end the turn. */
    @Override
    protected @Nullable Runnable pollTask() {
        return limited && System.nanoTime() - tasksUntil >= 0 ? null : super.pollTask();
    }
}
