package io.wkmq.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs tasks on a thread each, with a deadline for all. */
final class Together {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private final List<Callable<?>> tasks = new ArrayList<>();

    /** A task whose failure fails the test. */
    interface Task {
        void run() throws InterruptedException, BrokenBarrierException;
    }

    Together with(Task task) {
        tasks.add(() -> {
            task.run();
            return null;
        });
        return this;
    }

    void run() throws InterruptedException, ExecutionException, TimeoutException {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            long deadline = System.nanoTime() + DEADLINE.toNanos();
            List<Future<?>> running = new ArrayList<>();
            for (Callable<?> task : tasks) {
                running.add(threads.submit(task));
            }
            for (Future<?> task : running) {
                task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
