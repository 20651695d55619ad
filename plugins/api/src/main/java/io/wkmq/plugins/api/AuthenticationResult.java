package io.wkmq.plugins.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The decision of an {@link Authenticator}. */
public sealed interface AuthenticationResult {
    /** Returns the decision that the client is who it claims to be. */
    static AuthenticationResult allowed() {
        return new Allowed(false, null, null);
    }

    /** Returns the result of an authenticator that does not decide; the next one is asked. */
    static AuthenticationResult ignored() {
        return new Ignored();
    }

    /** Returns the decision to refuse the client for the given reason. */
    static AuthenticationResult denied(Reason reason) {
        return new Denied(reason);
    }

    /** Returns this result as a completed stage. */
    default CompletionStage<AuthenticationResult> now() {
        return CompletableFuture.completedStage(this);
    }

    /**
     * The client is accepted.
     *
     * @param superuser whether the client may do everything
     * @param userName the user name of the client from now on, null to keep the claimed one
     * @param mountpoint the prefix of all the client's topics, null to keep the listener's
     */
    record Allowed(
            boolean superuser,
            @Nullable String userName,
            @Nullable String mountpoint) implements AuthenticationResult {}

    /**
     * The client is refused.
     *
     * @param reason the reason
     */
    record Denied(Reason reason) implements AuthenticationResult {}

    /** No decision; the next authenticator is asked. */
    record Ignored() implements AuthenticationResult {}

    /** The reason for refusing a client, which determines the reason code it gets. */
    enum Reason {
        /** The user name or password is wrong; the client is not told which. */
        BAD_CREDENTIALS,
        /** The client is known but must not connect. */
        NOT_AUTHORIZED,
        /** The client is banned. */
        BANNED,
        /** Too many clients at once; the client may try again soon. */
        SERVER_BUSY,
        /** A service the plugin needs for the decision does not respond. */
        SERVER_UNAVAILABLE
    }
}
