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
 * Asks a question for all who want it answered. Those who ask while it is under way share the next one: what is under way may be answered by
 * what was so before. One at a time. Thread-safe.
 *
 * @param <T> what is answered
 */
final class Rounds<T> {
    private final Supplier<CompletionStage<T>> question;
    private final LongSupplier nanos;

    @GuardedBy("this")
    private boolean asking;

    /** Begins when the one under way has ended. */
    @GuardedBy("this")
    private @Nullable CompletableFuture<T> next;

    /**
     * Rounds of that question.
     *
     * @param question begins to ask; has to end, on a thread from which it may be asked again
     * @param nanos the time, as {@link System#nanoTime}
     */
    Rounds(Supplier<CompletionStage<T>> question, LongSupplier nanos) {
        this.question = question;
        this.nanos = nanos;
    }

    /**
     * What is answered to a question that is asked after this call. If that fails it is asked again; once the limit is over, or with a
     * {@link LogClosedException}, this fails as it did.
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

    /** The next round; one that is under way began before what the caller may know of. */
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
