package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.Authenticator;
import io.wkmq.plugins.api.Authorizer;
import io.wkmq.plugins.api.ClientListener;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A snapshot of the registered hooks, in the order of the chains. Immutable. A new instance replaces the current one whenever a
 * hook is registered, is removed or changes its decisions, so caches of decisions can compare by identity.
 */
public final class Hooks {
    static final Hooks NONE = new Hooks(List.of(), Map.of(), List.of(), List.of(), Map.of());

    private final List<Authenticator> authenticators;
    private final Map<String, EnhancedAuthenticator> methods;
    private final List<Authorizer> authorizers;
    private final List<ClientListener> listeners;
    private final Map<String, PluginCommand> commands;

    Hooks(
            List<Authenticator> authenticators,
            Map<String, EnhancedAuthenticator> methods,
            List<Authorizer> authorizers,
            List<ClientListener> listeners,
            Map<String, PluginCommand> commands) {
        this.authenticators = List.copyOf(authenticators);
        this.methods = Map.copyOf(methods);
        this.authorizers = List.copyOf(authorizers);
        this.listeners = List.copyOf(listeners);
        this.commands = Map.copyOf(commands);
    }

    /** Concatenates all parts in order. */
    static Hooks join(Iterable<Hooks> parts) {
        List<Authenticator> authenticators = new ArrayList<>();
        Map<String, EnhancedAuthenticator> methods = new LinkedHashMap<>();
        List<Authorizer> authorizers = new ArrayList<>();
        List<ClientListener> listeners = new ArrayList<>();
        Map<String, PluginCommand> commands = new LinkedHashMap<>();
        for (Hooks part : parts) {
            authenticators.addAll(part.authenticators);
            methods.putAll(part.methods);
            authorizers.addAll(part.authorizers);
            listeners.addAll(part.listeners);
            commands.putAll(part.commands);
        }
        return new Hooks(authenticators, methods, authorizers, listeners, commands);
    }

    /** Returns the chain of authenticators. */
    public List<Authenticator> authenticators() {
        return authenticators;
    }

    /** Returns the MQTT 5 authentication methods by name. */
    public Map<String, EnhancedAuthenticator> methods() {
        return methods;
    }

    /** Returns the chain of authorizers. */
    public List<Authorizer> authorizers() {
        return authorizers;
    }

    /** Returns the client listeners. */
    public List<ClientListener> listeners() {
        return listeners;
    }

    /** Returns the commands by name. */
    public Map<String, PluginCommand> commands() {
        return commands;
    }
}
