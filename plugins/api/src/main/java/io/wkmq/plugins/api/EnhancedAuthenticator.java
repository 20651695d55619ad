package io.wkmq.plugins.api;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT 5 authentication method (4.12), such as SCRAM-SHA-256: the client names it in CONNECT, and AUTH packets are exchanged
 * until the decision is made. Called on the plugin's own threads; implementations must be thread-safe. If a step fails or times
 * out, the client is refused.
 */
public interface EnhancedAuthenticator {
    /** Returns the name of the method, as in the property Authentication Method. */
    String method();

    /** Starts an exchange, at CONNECT or when a connected client re-authenticates. */
    Exchange begin(ClientInfo client);

    /** An exchange with one client. Its steps are called sequentially. */
    @FunctionalInterface
    interface Exchange {
        /**
         * Processes data from the client, first from CONNECT, then from AUTH.
         *
         * @param data the property Authentication Data, or null
         */
        CompletionStage<Step> proceed(byte @Nullable [] data);
    }

    /** The outcome of one step of an exchange. */
    sealed interface Step {}

    /**
     * The client has to respond.
     *
     * @param data the data sent to the client
     */
    record Challenge(byte[] data) implements Step {}

    /**
     * The client is who it claims to be.
     *
     * @param result the identity as which the client is accepted
     * @param data the data sent with CONNACK or the last AUTH, or null
     */
    record Success(AuthenticationResult.Allowed result, byte @Nullable [] data) implements Step {}

    /**
     * The client is refused.
     *
     * @param reason the reason
     */
    record Failure(AuthenticationResult.Reason reason) implements Step {}
}
