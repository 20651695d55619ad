package io.wkmq.plugins.api;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;

/**
 * Observes what happens to clients. Called on one thread of the plugin's own, in the order of the events. Events that a slow
 * listener cannot keep up with are dropped and counted.
 */
public interface ClientListener {
    /** A client has connected: CONNACK with success was sent. */
    default void connected(ClientInfo client) {}

    /**
     * A connected client's connection has ended.
     *
     * @param reasonCode the reason code of MQTT 5, 0 if the client said good-bye
     * @param reason the same in words
     */
    default void disconnected(ClientInfo client, int reasonCode, String reason) {}

    /**
     * A subscription was made or replaced.
     *
     * @param qos the QoS granted
     */
    default void subscribed(ClientInfo client, SubscriptionFilter filter, Qos qos) {}

    /** A subscription was removed by UNSUBSCRIBE. */
    default void unsubscribed(ClientInfo client, SubscriptionFilter filter) {}
}
