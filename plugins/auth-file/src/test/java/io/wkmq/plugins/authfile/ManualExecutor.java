package io.wkmq.plugins.authfile;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Runs tasks when the test says so; refuses them when it is full. */
final class ManualExecutor implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final int queueMax;

    ManualExecutor(int queueMax) {
        this.queueMax = queueMax;
    }

    @Override
    public void execute(Runnable task) {
        if (tasks.size() == queueMax) {
            throw new RejectedExecutionException("full");
        }
        tasks.add(task);
    }

    int waiting() {
        return tasks.size();
    }

    void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
