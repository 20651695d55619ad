package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of an engine: one loop, one that writes in the background, one that scrubs, one that reads for other nodes, and some that read
 * for clients. Thread-safe.
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

    /** Carries a last task out on the loop, and what is due; then all threads have ended. Blocks. */
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

    /** Takes nothing any more, and waits until what it was given is done. Blocks, whoever interrupts it. */
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
