package io.wkmq.plugins.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What an {@link Authenticator} says. */
public sealed interface AuthenticationResult {
    /** The client is who it claims to be. */
    static AuthenticationResult allowed() {
        return new Allowed(false, null, null);
    }

    /** This authenticator has nothing to say; the next one is asked. */
    static AuthenticationResult ignored() {
        return new Ignored();
    }

    /** The client is refused, for a reason. */
    static AuthenticationResult denied(Reason reason) {
        return new Denied(reason);
    }

    /** The answer without delay. */
    default CompletionStage<AuthenticationResult> now() {
        return CompletableFuture.completedStage(this);
    }

    /**
     * The client is accepted.
     *
     * @param superuser whether everything is allowed to it
     * @param userName the user it is from now on, null to keep the one it claims
     * @param mountpoint the prefix of all its topics, null to keep the listener's
     */
    record Allowed(
            boolean superuser,
            @Nullable String userName,
            @Nullable String mountpoint) implements AuthenticationResult {}

    /**
     * The client is refused.
     *
     * @param reason why
     */
    record Denied(Reason reason) implements AuthenticationResult {}

    /** Nothing to say. */
    record Ignored() implements AuthenticationResult {}

    /** Why a client is refused; what it is told. */
    enum Reason {
        /** User name or password is wrong. Do not tell which. */
        BAD_CREDENTIALS,
        /** It is known, but must not connect. */
        NOT_AUTHORIZED,
        /** It is banned. */
        BANNED,
        /** Too many clients at once, try again soon. */
        SERVER_BUSY,
        /** What the plugin needs to decide does not answer. */
        SERVER_UNAVAILABLE
    }
}
