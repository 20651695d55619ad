package io.wkmq.benchmarks.micro;

import io.wkmq.session.ShardExecutor;
import java.util.ArrayDeque;

/** A shard that runs on the benchmark's thread; its timers never fire. */
final class InlineShard implements ShardExecutor {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    /** Runs all posted tasks. */
    void run() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean inShard() {
        return true;
    }

    @Override
    public Timer schedule(Runnable task, long delayMs) {
        return () -> {};
    }
}
