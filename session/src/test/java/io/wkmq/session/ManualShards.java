package io.wkmq.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of a node on the test's own thread: tasks wait until they are run, timers until the clock is advanced. A loop considers
 * itself the current thread only while the test, or one of its tasks, runs on it.
 */
final class ManualShards {
    private final ManualClock clock;
    private final List<ManualShardExecutor> executors = new ArrayList<>();
    private @Nullable ManualShardExecutor current;
    private long timerOrder;

    ManualShards(int count, ManualClock clock) {
        this.clock = clock;
        for (int i = 0; i < count; i++) {
            executors.add(new ManualShardExecutor());
        }
    }

    List<ManualShardExecutor> executors() {
        return executors;
    }

    /** Runs something as that shard. */
    void on(int shard, Runnable action) {
        ask(shard, () -> {
            action.run();
            return 0;
        });
    }

    <T> T ask(int shard, Supplier<T> question) {
        ManualShardExecutor before = current;
        current = executors.get(shard);
        try {
            return question.get();
        } finally {
            current = before;
        }
    }

    /** Runs one waiting task of that shard; false if there is none. */
    boolean runOne(int shard) {
        Runnable task = executors.get(shard).tasks.poll();
        if (task == null) {
            return false;
        }
        on(shard, task);
        return true;
    }

    /** Runs all tasks until none waits; returns whether there was one. */
    boolean runAll() {
        boolean ran = false;
        boolean again = true;
        while (again) {
            again = false;
            for (int shard = 0; shard < executors.size(); shard++) {
                while (runOne(shard)) {
                    again = true;
                    ran = true;
                }
            }
        }
        return ran;
    }

    /** Moves the clock, from timer to timer. */
    void advanceMs(long byMs) {
        long target = clock.millis() + byMs;
        runAll();
        while (true) {
            ManualTimer next = next();
            if (next == null || next.dueMs > target) {
                break;
            }
            clock.advanceMs(Math.max(0, next.dueMs - clock.millis()));
            next.cancel();
            on(executors.indexOf(next.owner), next.task);
            runAll();
        }
        clock.advanceMs(target - clock.millis());
    }

    int timers() {
        return executors.stream().mapToInt(executor -> executor.timers.size()).sum();
    }

    private @Nullable ManualTimer next() {
        return executors.stream()
                .flatMap(executor -> executor.timers.stream())
                .min(Comparator.comparingLong((ManualTimer timer) -> timer.dueMs)
                        .thenComparingLong(timer -> timer.order))
                .orElse(null);
    }

    /** One of the loops. */
    final class ManualShardExecutor implements ShardExecutor {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private final List<ManualTimer> timers = new ArrayList<>();

        @Override
        public boolean inShard() {
            return current == this;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Timer schedule(Runnable task, long delayMs) {
            ManualTimer timer = new ManualTimer(this, task, clock.millis() + delayMs, timerOrder++);
            timers.add(timer);
            return timer;
        }

        int waiting() {
            return tasks.size();
        }
    }

    private static final class ManualTimer implements ShardExecutor.Timer {
        private final ManualShardExecutor owner;
        private final Runnable task;
        private final long dueMs;
        private final long order;

        ManualTimer(ManualShardExecutor owner, Runnable task, long dueMs, long order) {
            this.owner = owner;
            this.task = task;
            this.dueMs = dueMs;
            this.order = order;
        }

        @Override
        public void cancel() {
            owner.timers.remove(this);
        }
    }
}
