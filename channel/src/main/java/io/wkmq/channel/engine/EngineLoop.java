package io.wkmq.channel.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one thread that owns a part of the engine. What it is given it carries out in that order, one after the other. */
public interface EngineLoop extends Executor {
    /**
     * Gives it something to do. Any thread; does not block.
     *
     * @throws RejectedExecutionException if it has ended: then it will not be done
     */
    @Override
    void execute(Runnable task);

    /** Gives it something to do when that time has passed. On the loop only. */
    void after(long delayMs, Runnable task);

    /** Ms since some moment; never goes back. */
    long nowMs();

    /**
     * Gives it a question, which completes the future. Any thread; does not block. The future fails with a {@link LogClosedException} if the
     * loop has ended, and with what the question throws, which the loop hears as well.
     */
    default <T extends @Nullable Object> CompletableFuture<T> ask(Consumer<CompletableFuture<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            execute(() -> {
                try {
                    question.accept(answer);
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                    throw e; // a bug: the loop tells it
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new LogClosedException("The channels are closed", e));
        }
        return answer;
    }

    /**
     * Has it begin a step, as {@link #ask}; the future becomes what the step's stage does, on whatever thread that is. It fails too with what
     * the step throws, which is not told otherwise.
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
