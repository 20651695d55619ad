package io.wkmq.channel.engine;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Unwraps the failures of completion stages, which may or may not be wrapped in a {@link CompletionException}. Stateless. */
final class Causes {
    private Causes() {}

    static Throwable of(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }

    /** Returns the unwrapped failure, or null if there is none. */
    static @Nullable Throwable orNull(@Nullable Throwable failure) {
        return failure == null ? null : of(failure);
    }
}
