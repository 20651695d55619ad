package io.wkmq.broker.auth;

import java.util.concurrent.CompletionStage;

/** Whether a client may publish or subscribe: either decided at once, which allocates nothing, or pending. */
public sealed interface AccessDecision {
    /** A decision that has been made. */
    enum Decided implements AccessDecision {
        /** The client may. */
        ALLOWED,
        /** The client may not. */
        DENIED
    }

    /**
     * A decision that is still to be made.
     *
     * @param later completes normally, within a time limit, on the executor that was passed to {@link AccessControl#open}
     */
    record Pending(CompletionStage<Decided> later) implements AccessDecision {}
}
