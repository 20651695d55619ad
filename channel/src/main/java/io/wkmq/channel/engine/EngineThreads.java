package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of an engine: an event loop, one thread for background writes, one for scrubs, one that reads for other nodes, and some for
 * readers. Thread-safe.
 */
final class EngineThreads {
    private static final int READ_THREADS = 2;

    private final EngineThread loop = EngineThread.start("wkmq-channels");
    private final ExecutorService background = Executors.newSingleThreadExecutor(named("wkmq-channels-save"));
    private final ExecutorService reads = Executors.newFixedThreadPool(READ_THREADS, named("wkmq-channels-read"));
    private final ExecutorService gives = Executors.newSingleThreadExecutor(named("wkmq-channels-give"));
    private final ExecutorService scrubs = Executors.newSingleThreadExecutor(named("wkmq-channels-scrub"));

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    EngineLoop loop() {
        return loop;
    }

    Executor background() {
        return background;
    }

    Executor reads() {
        return reads;
    }

    Executor gives() {
        return gives;
    }

    Executor scrubs() {
        return scrubs;
    }

    /** Runs a last task on the loop, then what is already queued, and ends all threads. Blocks. */
    void end(Runnable last) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                last.run();
            } finally {
                done.complete(null);
            }
        });
        done.join();
        end(background);
        end(scrubs);
        loop.close();
        end(reads);
        end(gives);
    }

    /** Shuts an executor down and waits until its queued tasks are done. Blocks, even if interrupted. */
    static void end(ExecutorService executor) {
        executor.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = executor.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
