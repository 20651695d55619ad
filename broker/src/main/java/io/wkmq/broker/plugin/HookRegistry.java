package io.wkmq.broker.plugin;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.ClientListener;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds the hooks registered by plugins. Thread-safe; a read costs one volatile read. All hooks are safe to call: since the
 * loader wraps those of plugins, they return immediately, throw nothing, and their stages complete normally within a time
 * limit.
 */
public final class HookRegistry {
    @GuardedBy("this")
    private final Map<String, Hooks> byOwner = new LinkedHashMap<>();

    private final ClientListener events = new Events();
    private volatile Hooks current = Hooks.NONE;

    /** Creates an empty registry. */
    public HookRegistry() {}

    /** Returns the current hooks. */
    public Hooks current() {
        return current;
    }

    /** Returns the listener to which the broker reports client events; it passes them to all registered listeners. */
    public ClientListener events() {
        return events;
    }

    /**
     * Appends the hooks of an owner.
     *
     * @throws IllegalArgumentException if the owner has already registered, or the name of a command or method is taken
     */
    synchronized void add(String owner, Hooks hooks) {
        if (byOwner.containsKey(owner)) {
            throw new IllegalArgumentException("'" + owner + "' has registered already");
        }
        for (String command : hooks.commands().keySet()) {
            if (current.commands().containsKey(command)) {
                throw new IllegalArgumentException("The command '" + command + "' is there already");
            }
        }
        for (String method : hooks.methods().keySet()) {
            if (current.methods().containsKey(method)) {
                throw new IllegalArgumentException("The authentication method '" + method + "' is there already");
            }
        }
        byOwner.put(owner, hooks);
        current = Hooks.join(byOwner.values());
    }

    /** Removes the hooks of an owner, if it has registered any. */
    synchronized void remove(String owner) {
        if (byOwner.remove(owner) != null) {
            current = Hooks.join(byOwner.values());
        }
    }

    /** Replaces {@link #current} by an equal object, which invalidates cached decisions. */
    synchronized void changed() {
        current = Hooks.join(byOwner.values());
    }

    private final class Events implements ClientListener {
        @Override
        public void connected(ClientInfo client) {
            for (ClientListener listener : current.listeners()) {
                listener.connected(client);
            }
        }

        @Override
        public void disconnected(ClientInfo client, int reasonCode, String reason) {
            for (ClientListener listener : current.listeners()) {
                listener.disconnected(client, reasonCode, reason);
            }
        }

        @Override
        public void subscribed(ClientInfo client, SubscriptionFilter filter, Qos qos) {
            for (ClientListener listener : current.listeners()) {
                listener.subscribed(client, filter, qos);
            }
        }

        @Override
        public void unsubscribed(ClientInfo client, SubscriptionFilter filter) {
            for (ClientListener listener : current.listeners()) {
                listener.unsubscribed(client, filter);
            }
        }
    }
}
