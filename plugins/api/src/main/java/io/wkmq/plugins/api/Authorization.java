package io.wkmq.plugins.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The decision of an {@link Authorizer}. */
public enum Authorization {
    /** The request is allowed. */
    ALLOW,
    /** The request is denied. */
    DENY,
    /** No decision; the next authorizer is asked. */
    IGNORE;

    /** Returns this decision as a completed stage. */
    public CompletionStage<Authorization> now() {
        return CompletableFuture.completedStage(this);
    }
}
