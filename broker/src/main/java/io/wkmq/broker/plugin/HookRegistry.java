package io.wkmq.broker.plugin;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.ClientListener;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds what plugins registered. Thread-safe; reading is one volatile read. Everything in it is safe to call: it returns at
 * once, throws nothing, and its stages complete normally within a time limit, because the loader wraps what a plugin gives.
 */
public final class HookRegistry {
    @GuardedBy("this")
    private final Map<String, Hooks> byOwner = new LinkedHashMap<>();

    private final ClientListener events = new Events();
    private volatile Hooks current = Hooks.NONE;

    /** An empty one. */
    public HookRegistry() {}

    /** What is registered now. */
    public Hooks current() {
        return current;
    }

    /** Where the broker reports what happens to clients; passes it to all observers. */
    public ClientListener events() {
        return events;
    }

    /**
     * Adds what an owner registers, behind everything that is there.
     *
     * @throws IllegalArgumentException if the owner is there already, or the name of a command or method is taken
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

    /** Removes what an owner registered, if it did. */
    synchronized void remove(String owner) {
        if (byOwner.remove(owner) != null) {
            current = Hooks.join(byOwner.values());
        }
    }

    /** Makes {@link #current} another object, so that kept decisions are forgotten. */
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
