package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.AuthenticationResult.Reason;
import io.wkmq.plugins.api.Authenticator;
import io.wkmq.plugins.api.Authorization;
import io.wkmq.plugins.api.Authorizer;
import io.wkmq.plugins.api.ClientListener;
import io.wkmq.plugins.api.Command;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the hooks that a plugin registers while it starts, each wrapped with the guard. Confined to the thread that starts
 * the plugin.
 */
final class Registration {
    private static final AuthenticationResult UNAVAILABLE = AuthenticationResult.denied(Reason.SERVER_UNAVAILABLE);
    private static final AuthenticationResult BUSY = AuthenticationResult.denied(Reason.SERVER_BUSY);

    private final PluginGuard guard;
    private final PluginThreads threads;
    private final List<Authenticator> authenticators = new ArrayList<>();
    private final Map<String, EnhancedAuthenticator> methods = new LinkedHashMap<>();
    private final List<Authorizer> authorizers = new ArrayList<>();
    private final List<ClientListener> listeners = new ArrayList<>();
    private final Map<String, PluginCommand> commands = new LinkedHashMap<>();

    Registration(PluginGuard guard, PluginThreads threads) {
        this.guard = guard;
        this.threads = threads;
    }

    Hooks hooks() {
        return new Hooks(authenticators, methods, authorizers, listeners, commands);
    }

    void addAuthenticator(Authenticator authenticator) {
        boolean inline = authenticator.inline();
        authenticators.add((client, credentials) -> inline
                ? guard.ask(
                        AuthenticationResult.class, UNAVAILABLE, () -> authenticator.authenticate(client, credentials))
                : guard.ask(
                        threads.work(),
                        AuthenticationResult.class,
                        UNAVAILABLE,
                        BUSY,
                        () -> authenticator.authenticate(client, credentials)));
    }

    void addMethod(EnhancedAuthenticator authenticator) {
        String method = authenticator.method();
        if (methods.putIfAbsent(method, new GuardedMethod(method, authenticator, guard, threads.work())) != null) {
            throw new IllegalArgumentException("The authentication method '" + method + "' was added twice");
        }
    }

    void addAuthorizer(Authorizer authorizer) {
        boolean inline = authorizer.inline();
        authorizers.add((client, request) -> inline
                ? guard.ask(Authorization.class, Authorization.DENY, () -> authorizer.authorize(client, request))
                : guard.ask(
                        threads.work(),
                        Authorization.class,
                        Authorization.DENY,
                        Authorization.DENY,
                        () -> authorizer.authorize(client, request)));
    }

    void addListener(ClientListener listener) {
        listeners.add(new GuardedListener(listener, guard, threads.events()));
    }

    void addCommand(Command command) {
        String name = command.name();
        PluginCommand guarded = new GuardedCommand(name, command, guard, threads.control());
        if (commands.putIfAbsent(name, guarded) != null) {
            throw new IllegalArgumentException("The command '" + name + "' was added twice");
        }
    }
}
