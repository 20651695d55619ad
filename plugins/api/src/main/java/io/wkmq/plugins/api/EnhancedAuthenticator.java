package io.wkmq.plugins.api;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An authentication method of MQTT 5 (4.12), such as SCRAM-SHA-256: the client names it in CONNECT, and AUTH packets go to and
 * fro until it is decided. Called on the plugin's own threads; thread-safe. A step that fails or comes too late refuses the
 * client.
 */
public interface EnhancedAuthenticator {
    /** The method's name, as in the property Authentication Method. */
    String method();

    /** Starts an exchange, at CONNECT or when a connected client authenticates again. */
    Exchange begin(ClientInfo client);

    /** One exchange with one client. Its steps are called one after the other. */
    @FunctionalInterface
    interface Exchange {
        /**
         * Takes what the client sent, in CONNECT first, then in AUTH.
         *
         * @param data the property Authentication Data, or null
         */
        CompletionStage<Step> proceed(byte @Nullable [] data);
    }

    /** Where an exchange is. */
    sealed interface Step {}

    /**
     * The client has to answer.
     *
     * @param data sent to it
     */
    record Challenge(byte[] data) implements Step {}

    /**
     * The client is who it claims to be.
     *
     * @param result as whom it is accepted
     * @param data sent to it with CONNACK or the last AUTH, or null
     */
    record Success(AuthenticationResult.Allowed result, byte @Nullable [] data) implements Step {}

    /**
     * The client is refused.
     *
     * @param reason why
     */
    record Failure(AuthenticationResult.Reason reason) implements Step {}
}
