package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Orders administrators' changes of the registry by when they were begun, even if nobody waits for them any more: whoever is told of a
 * change finds every change begun before it in the registry. A change ends with the registry's answer; informing the groups is not part of
 * it, as one group without a leader would then hold up all changes. Thread-safe; does not block.
 */
final class ChangeOrder {
    /** Completes when every change begun so far has ended. */
    @GuardedBy("this")
    private CompletableFuture<?> all = CompletableFuture.completedFuture(null);

    /** Completes when the last exclusive change, and everything before it, has ended. */
    @GuardedBy("this")
    private CompletableFuture<?> alone = all;

    /**
     * Begins a change that may run concurrently with others of its kind, once the last exclusive one has ended. Its future completes after
     * all changes before it.
     */
    synchronized <T> CompletableFuture<T> together(Supplier<CompletionStage<T>> change) {
        CompletableFuture<T> own = behind(alone, change);
        CompletableFuture<T> done = behind(all, () -> own);
        all = done;
        return done;
    }

    /** Begins an exclusive change, once all changes before it have ended. */
    synchronized <T> CompletableFuture<T> alone(Supplier<CompletionStage<T>> change) {
        CompletableFuture<T> done = behind(all, change);
        all = done;
        alone = done;
        return done;
    }

    private static <T> CompletableFuture<T> behind(CompletableFuture<?> before, Supplier<CompletionStage<T>> change) {
        return before.handle((ended, failure) -> change.get()).thenCompose(stage -> stage);
    }
}
