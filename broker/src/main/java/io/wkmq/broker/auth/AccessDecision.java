package io.wkmq.broker.auth;

import java.util.concurrent.CompletionStage;

/** Whether a client may publish or subscribe: known at once, which costs no allocation, or later. */
public sealed interface AccessDecision {
    /** Known. */
    enum Decided implements AccessDecision {
        /** It may. */
        ALLOWED,
        /** It may not. */
        DENIED
    }

    /**
     * Not known yet.
     *
     * @param later completes normally, within a time limit, on the executor that was given to {@link AccessControl#open}
     */
    record Pending(CompletionStage<Decided> later) implements AccessDecision {}
}
