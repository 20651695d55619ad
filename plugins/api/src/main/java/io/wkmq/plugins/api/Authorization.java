package io.wkmq.plugins.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What an {@link Authorizer} says. */
public enum Authorization {
    /** The client may. */
    ALLOW,
    /** The client may not. */
    DENY,
    /** Nothing to say; the next one is asked. */
    IGNORE;

    /** The answer without delay. */
    public CompletionStage<Authorization> now() {
        return CompletableFuture.completedStage(this);
    }
}
