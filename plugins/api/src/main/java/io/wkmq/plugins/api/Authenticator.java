package io.wkmq.plugins.api;

import java.util.concurrent.CompletionStage;

/**
 * Decides whether a client is who it claims to be. The authenticators of all plugins form a chain: the first result other than
 * {@link AuthenticationResult.Ignored} is decisive.
 *
 * <p>If there is no answer in time ({@code plugin.<name>.timeout}) or the call fails, the client is refused. Implementations
 * must be thread-safe.
 */
@FunctionalInterface
public interface Authenticator {
    /**
     * Decides about one CONNECT. The stage may complete on any thread.
     *
     * @param client the client, with the user name it claims
     * @param credentials the credentials it presented
     */
    CompletionStage<AuthenticationResult> authenticate(ClientInfo client, Credentials credentials);

    /**
     * Returns whether {@link #authenticate} returns within microseconds, so that it may be called on the thread that serves the
     * client (and many others). Otherwise it is called on the plugin's own threads and may block.
     */
    default boolean inline() {
        return false;
    }
}
