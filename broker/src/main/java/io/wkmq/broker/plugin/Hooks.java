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
 * What is registered at one time, in the order of the chains. Immutable. Two of them are the same object as long as nothing
 * was registered, removed, or decides differently: so who keeps decisions compares by identity.
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

    /** One after the other, of all parts in their order. */
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

    /** The chain that authenticates. */
    public List<Authenticator> authenticators() {
        return authenticators;
    }

    /** The authentication methods of MQTT 5 by name. */
    public Map<String, EnhancedAuthenticator> methods() {
        return methods;
    }

    /** The chain that authorizes. */
    public List<Authorizer> authorizers() {
        return authorizers;
    }

    /** The observers of clients. */
    public List<ClientListener> listeners() {
        return listeners;
    }

    /** The commands by name. */
    public Map<String, PluginCommand> commands() {
        return commands;
    }
}
