package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.ClientListener;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.concurrent.Executor;

/** Wraps a plugin's client listener with the guard. */
final class GuardedListener implements ClientListener {
    private final ClientListener listener;
    private final PluginGuard guard;
    private final Executor events;

    GuardedListener(ClientListener listener, PluginGuard guard, Executor events) {
        this.listener = listener;
        this.guard = guard;
        this.events = events;
    }

    @Override
    public void connected(ClientInfo client) {
        guard.tell(events, () -> listener.connected(client));
    }

    @Override
    public void disconnected(ClientInfo client, int reasonCode, String reason) {
        guard.tell(events, () -> listener.disconnected(client, reasonCode, reason));
    }

    @Override
    public void subscribed(ClientInfo client, SubscriptionFilter filter, Qos qos) {
        guard.tell(events, () -> listener.subscribed(client, filter, qos));
    }

    @Override
    public void unsubscribed(ClientInfo client, SubscriptionFilter filter) {
        guard.tell(events, () -> listener.unsubscribed(client, filter));
    }
}
