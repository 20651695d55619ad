package io.wkmq.channel.engine;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** An executor that runs tasks only when told to. Not thread-safe. */
final class SimExecutor implements Executor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Does what it was given; false if there was nothing. */
    boolean work() {
        boolean worked = false;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
            worked = true;
        }
        return worked;
    }
}
