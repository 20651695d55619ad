package io.wkmq.plugins.api;

import java.util.concurrent.CompletionStage;

/**
 * Says whether a client is who it claims to be. The authenticators of all plugins form a chain: the first that does not answer
 * {@link AuthenticationResult.Ignored} decides.
 *
 * <p>If the answer does not come in time ({@code plugin.<name>.timeout}) or the call fails the client is refused. Thread-safe.
 */
@FunctionalInterface
public interface Authenticator {
    /**
     * Judges one CONNECT. The stage may complete on any thread.
     *
     * @param client the client with the user name that it claims
     * @param credentials what it presented
     */
    CompletionStage<AuthenticationResult> authenticate(ClientInfo client, Credentials credentials);

    /**
     * Whether {@link #authenticate} returns at once, within microseconds, so that it may be called on the thread that serves
     * the client (and many others). Otherwise it is called on the plugin's own threads and may block.
     */
    default boolean inline() {
        return false;
    }
}
