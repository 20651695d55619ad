package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The single thread that owns a part of the engine's state. Runs tasks one at a time, in the order submitted. */
public interface EngineLoop extends Executor {
    /**
     * Submits a task. Any thread; does not block.
     *
     * @throws RejectedExecutionException if the loop has ended: the task will not be run
     */
    @Override
    void execute(Runnable task);

    /** Runs a task after a delay. Must be called on the loop. */
    void after(long delayMs, Runnable task);

    /** Returns monotonic time in ms, from an arbitrary origin. */
    long nowMs();

    /**
     * Runs a question on the loop, which completes the returned future. Any thread; does not block. The future fails with a
     * {@link LogClosedException} if the loop has ended, and with what the question throws, which is also rethrown to the loop.
     */
    default <T extends @Nullable Object> CompletableFuture<T> ask(Consumer<CompletableFuture<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            execute(() -> {
                try {
                    question.accept(answer);
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                    throw e; // a bug: the loop reports it
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new LogClosedException("The channels are closed", e));
        }
        return answer;
    }

    /**
     * Runs a step on the loop, as {@link #ask}; the returned future completes as the step's stage does, on whatever thread that is. An
     * exception thrown by the step only fails the future.
     */
    default <T extends @Nullable Object> CompletableFuture<T> compose(Supplier<CompletionStage<T>> step) {
        return ask(answer -> {
            try {
                step.get().whenComplete((result, failure) -> {
                    if (failure == null) {
                        answer.complete(result);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
    }
}
