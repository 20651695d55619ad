package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.CommandException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Isolates the broker from one plugin: whatever the plugin does, a call returns immediately, throws nothing, and is answered
 * with a value of the right type within the time limit. Thread-safe.
 */
final class PluginGuard {
    private static final Logger LOG = LoggerFactory.getLogger(PluginGuard.class);
    private static final long LOG_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long COMMAND_SECONDS = 60;

    private final String pluginName;
    private final long timeoutMs;
    private final ScheduledExecutorService timer;
    private final LongAdder failures = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder rejections = new LongAdder();
    private final LongAdder droppedEvents = new LongAdder();
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_PAUSE_NANOS);

    PluginGuard(String pluginName, long timeoutMs, ScheduledExecutorService timer) {
        this.pluginName = pluginName;
        this.timeoutMs = timeoutMs;
        this.timer = timer;
    }

    PluginCounts counts() {
        return new PluginCounts(failures.sum(), timeouts.sum(), rejections.sum(), droppedEvents.sum());
    }

    /** Makes a call on the calling thread. If the plugin gives no answer, the answer is {@code failed}. */
    <T> CompletionStage<T> ask(Class<T> type, T failed, Supplier<CompletionStage<T>> call) {
        CompletableFuture<T> stage = attempt(call);
        if (stage == null) {
            return CompletableFuture.completedFuture(failed);
        }
        if (stage.isDone() && !stage.isCompletedExceptionally()) { // the common case, which needs no pending future
            T value = stage.join();
            if (type.isInstance(value)) {
                return CompletableFuture.completedFuture(value);
            }
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (!stage.isDone()) {
            limit(answer, failed);
        }
        relay(stage, answer, type, failed);
        return answer;
    }

    /** Makes a call on the plugin's threads. If too many calls are waiting, the answer is {@code busy}. */
    <T> CompletionStage<T> ask(Executor executor, Class<T> type, T failed, T busy, Supplier<CompletionStage<T>> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        limit(answer, failed);
        try {
            executor.execute(() -> {
                CompletableFuture<T> stage = answer.isDone() ? null : attempt(call); // pointless after the timeout
                if (stage == null) {
                    answer.complete(failed);
                } else {
                    relay(stage, answer, type, failed);
                }
            });
        } catch (RejectedExecutionException e) {
            rejections.increment();
            answer.complete(busy);
        }
        return answer;
    }

    /** Reports an event on the plugin's thread, or drops it if the queue is full. */
    void tell(Executor executor, Runnable event) {
        try {
            executor.execute(() -> run(event));
        } catch (RejectedExecutionException e) {
            droppedEvents.increment();
        }
    }

    /** Runs a task of the plugin on the calling thread. */
    @SuppressWarnings("IllegalCatch") // a plugin may throw anything, including linkage errors
    void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Records a failure of the plugin. */
    void failed(@Nullable Throwable cause) {
        failures.increment();
        log("A plugin failed", cause);
    }

    @SuppressWarnings("IllegalCatch") // a plugin may throw anything, including linkage errors
    private <T> @Nullable CompletableFuture<T> attempt(Supplier<CompletionStage<T>> call) {
        try {
            return call.get().toCompletableFuture();
        } catch (Throwable e) {
            failed(e);
            return null;
        }
    }

    private <T> void relay(CompletableFuture<T> stage, CompletableFuture<T> answer, Class<T> type, T failed) {
        var unused = stage.whenComplete((value, cause) -> {
            if (type.isInstance(value)) {
                answer.complete(value);
            } else if (answer.complete(failed)) {
                failed(cause == null ? new IllegalStateException("The answer is " + value) : cause);
            }
        });
    }

    private <T> void limit(CompletableFuture<T> answer, T failed) {
        ScheduledFuture<?> deadline = timer.schedule(
                () -> {
                    if (answer.complete(failed)) {
                        timeouts.increment();
                        log("A plugin did not answer within " + timeoutMs + " ms", null);
                    }
                },
                timeoutMs,
                TimeUnit.MILLISECONDS);
        var unused = answer.whenComplete((value, cause) -> deadline.cancel(false));
    }

    /** Fails a command that exceeds its time limit; the command itself may still finish. */
    void limitCommand(String command, CompletableFuture<String> answer) {
        ScheduledFuture<?> deadline = timer.schedule(
                () -> {
                    CommandException late = new CommandException("The command '" + command + "' did not end within "
                            + COMMAND_SECONDS + " s; it may still take effect");
                    if (answer.completeExceptionally(late)) {
                        timeouts.increment();
                    }
                },
                COMMAND_SECONDS,
                TimeUnit.SECONDS);
        var unused = answer.whenComplete((value, cause) -> deadline.cancel(false));
    }

    /** Logs at most one line in ten seconds: a plugin that fails for one client usually fails for all. */
    private void log(String what, @Nullable Throwable cause) {
        long last = loggedAt.get();
        long now = System.nanoTime();
        if (now - last >= LOG_PAUSE_NANOS && loggedAt.compareAndSet(last, now)) {
            LOG.warn("{} plugin={} counts={}", what, pluginName, counts(), cause);
        }
    }
}
