package io.wkmq.plugins.api;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;

/**
 * Observes client events. Called on a single thread belonging to the plugin, in the order of events. If a listener is too slow,
 * events are dropped and counted.
 */
public interface ClientListener {
    /** A client has connected: a successful CONNACK was sent. */
    default void connected(ClientInfo client) {}

    /**
     * The connection of a connected client has ended.
     *
     * @param reasonCode the MQTT 5 reason code, 0 if the client disconnected normally
     * @param reason the reason in words
     */
    default void disconnected(ClientInfo client, int reasonCode, String reason) {}

    /**
     * A subscription was created or replaced.
     *
     * @param qos the granted QoS
     */
    default void subscribed(ClientInfo client, SubscriptionFilter filter, Qos qos) {}

    /** A subscription was removed by UNSUBSCRIBE. */
    default void unsubscribed(ClientInfo client, SubscriptionFilter filter) {}
}
