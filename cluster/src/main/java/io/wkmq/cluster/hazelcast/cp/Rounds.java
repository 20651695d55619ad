package io.wkmq.cluster.hazelcast.cp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.engine.LogClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a question on behalf of all callers that want it answered. Callers that arrive while it is being asked share the next round, since
 * the current one may be answered with an earlier state. One round runs at a time. Thread-safe.
 *
 * @param <T> the type of the answer
 */
final class Rounds<T> {
    private final Supplier<CompletionStage<T>> question;
    private final LongSupplier nanos;

    @GuardedBy("this")
    private boolean asking;

    /** The round that begins when the current one has ended. */
    @GuardedBy("this")
    private @Nullable CompletableFuture<T> next;

    /**
     * Creates rounds of a question.
     *
     * @param question begins to ask; its stage must complete
     * @param nanos the clock, as {@link System#nanoTime}
     */
    Rounds(Supplier<CompletionStage<T>> question, LongSupplier nanos) {
        this.question = question;
        this.nanos = nanos;
    }

    /**
     * Completes with the answer to a question asked after this call. Retries a failed question; once the limit is over, or on a
     * {@link LogClosedException}, fails with the question's failure.
     */
    CompletionStage<T> answer(Duration limit) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        join(answer, nanos.getAsLong(), limit);
        return answer;
    }

    private void join(CompletableFuture<T> answer, long sinceNanos, Duration limit) {
        var unused = round().whenComplete((answered, failure) -> {
            if (failure == null) {
                answer.complete(answered);
            } else if (failure instanceof LogClosedException || nanos.getAsLong() - sinceNanos >= limit.toNanos()) {
                answer.completeExceptionally(failure);
            } else {
                join(answer, sinceNanos, limit);
            }
        });
    }

    /** Joins the next round; the current one may have begun before what the caller knows of. */
    private CompletableFuture<T> round() {
        CompletableFuture<T> joined;
        synchronized (this) {
            if (next == null) {
                next = new CompletableFuture<>();
            }
            joined = next;
            if (asking) {
                return joined;
            }
        }
        begin();
        return joined;
    }

    private void begin() {
        CompletableFuture<T> round;
        synchronized (this) {
            round = next;
            if (asking || round == null) {
                return;
            }
            asking = true;
            next = null;
        }
        CompletionStage<T> asked;
        try {
            asked = question.get();
        } catch (RuntimeException e) { // the callers of this round must hear of it, and those of the next one be served
            asked = CompletableFuture.failedFuture(new LogClosedException("The question could not be asked: " + e, e));
        }
        var unused = asked.whenComplete((answered, failure) -> end(round, answered, failure));
    }

    private void end(CompletableFuture<T> round, @Nullable T answered, @Nullable Throwable failure) {
        synchronized (this) {
            asking = false;
        }
        if (failure == null) {
            round.complete(answered);
        } else {
            round.completeExceptionally(failure);
        }
        begin();
    }
}
