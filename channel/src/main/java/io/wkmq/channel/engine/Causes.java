package io.wkmq.channel.engine;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What is behind the failures of stages, which they wrap or not. Stateless. */
final class Causes {
    private Causes() {}

    static Throwable of(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }

    /** The same; null if it did not fail. */
    static @Nullable Throwable orNull(@Nullable Throwable failure) {
        return failure == null ? null : of(failure);
    }
}
