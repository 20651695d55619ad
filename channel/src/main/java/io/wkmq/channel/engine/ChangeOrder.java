package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What administrators change, in the order in which they have begun it, also when nobody waits for it any more: who is told of a change
 * finds all in the registry that was begun before it. A change is over with the registry's answer: what groups have to hear of it is no
 * part of it, as one group without a leader would keep all changes back. Thread-safe; does not block.
 */
final class ChangeOrder {
    /** Completes when all that was begun has ended. */
    @GuardedBy("this")
    private CompletableFuture<?> all = CompletableFuture.completedFuture(null);

    /** Completes when the last change that has to be alone has ended, and all in front of it. */
    @GuardedBy("this")
    private CompletableFuture<?> alone = all;

    /** Begins a change that those like it do not disturb, once the last one that has to be alone has ended. It ends behind all in front of it. */
    synchronized <T> CompletableFuture<T> together(Supplier<CompletionStage<T>> change) {
        CompletableFuture<T> own = behind(alone, change);
        CompletableFuture<T> done = behind(all, () -> own);
        all = done;
        return done;
    }

    /** Begins a change once all in front of it have ended. */
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
