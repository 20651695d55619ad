package io.wkmq.broker.auth;

import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.plugins.api.AuthenticationResult.Reason;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import io.wkmq.plugins.api.EnhancedAuthenticator.Challenge;
import io.wkmq.plugins.api.EnhancedAuthenticator.Failure;
import io.wkmq.plugins.api.EnhancedAuthenticator.Success;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One exchange of AUTH packets with one client. Confined to the client's event loop; one step at a time. The client is refused
 * if the exchange takes more than {@link #STEPS_MAX} steps.
 */
public final class AuthExchange {
    static final int STEPS_MAX = 16;

    private final AccessControl control;
    private final ListenerConfig listener;
    private final ClientInfo client;
    private final EnhancedAuthenticator.Exchange exchange;
    private int steps;

    AuthExchange(
            AccessControl control, ListenerConfig listener, ClientInfo client, EnhancedAuthenticator authenticator) {
        this.control = control;
        this.listener = listener;
        this.client = client;
        this.exchange = authenticator.begin(client);
    }

    /**
     * Handles a packet of the client. The stage completes normally, within the plugin's time limit, on any thread.
     *
     * @param data the Authentication Data property, or null
     */
    public CompletionStage<Step> proceed(byte @Nullable [] data) {
        ConnectDecision ban = control.refuseIfBanned(client);
        if (ban != null) {
            return CompletableFuture.completedFuture(new Decided(ban, null));
        }
        if (++steps > STEPS_MAX) {
            return CompletableFuture.completedFuture(new Decided(control.refuse(Reason.NOT_AUTHORIZED), null));
        }
        return exchange.proceed(data).thenApply(this::conclude);
    }

    private Step conclude(EnhancedAuthenticator.Step step) {
        if (step instanceof Challenge challenge) {
            return new Continue(challenge.data());
        }
        if (step instanceof Success success) {
            return new Decided(control.accept(listener, client, success.result()), success.data());
        }
        return new Decided(control.refuse(((Failure) step).reason()), null);
    }

    /** The outcome of a step. */
    public sealed interface Step {}

    /**
     * The client has to answer an AUTH packet with reason code "Continue authentication".
     *
     * @param data the Authentication Data for the client
     */
    public record Continue(byte[] data) implements Step {}

    /**
     * The exchange is over.
     *
     * @param decision its outcome
     * @param data the Authentication Data for the client's CONNACK or last AUTH, or null
     */
    public record Decided(ConnectDecision decision, byte @Nullable [] data) implements Step {}
}
