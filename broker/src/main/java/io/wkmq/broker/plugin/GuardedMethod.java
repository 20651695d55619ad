package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.AuthenticationResult.Reason;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Wraps a plugin's authentication method with the guard. */
final class GuardedMethod implements EnhancedAuthenticator {
    private static final Step UNAVAILABLE = new Failure(Reason.SERVER_UNAVAILABLE);
    private static final Step BUSY = new Failure(Reason.SERVER_BUSY);

    private final String method;
    private final EnhancedAuthenticator authenticator;
    private final PluginGuard guard;
    private final Executor work;

    GuardedMethod(String method, EnhancedAuthenticator authenticator, PluginGuard guard, Executor work) {
        this.method = method;
        this.authenticator = authenticator;
        this.guard = guard;
        this.work = work;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public Exchange begin(ClientInfo client) {
        return new GuardedExchange(client);
    }

    /** Begins the plugin's exchange lazily, together with its first step, on a thread of the plugin. */
    private final class GuardedExchange implements Exchange {
        private final ClientInfo client;
        private volatile @Nullable Exchange exchange; // steps are sequential but run on different threads

        GuardedExchange(ClientInfo client) {
            this.client = client;
        }

        @Override
        public CompletionStage<Step> proceed(byte @Nullable [] data) {
            return guard.ask(work, Step.class, UNAVAILABLE, BUSY, () -> begun().proceed(data));
        }

        private Exchange begun() {
            Exchange begun = exchange;
            if (begun == null) {
                begun = authenticator.begin(client);
                exchange = begun;
            }
            return begun;
        }
    }
}
