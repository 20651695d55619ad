/**
 * Accepts connections and carries their bytes: TCP, TLS, WebSocket, PROXY protocol, unix domain sockets; the access rules and
 * limits of each listener. The {@link io.wkmq.broker.listener.ConnectionInitializer} adds the protocol spoken on a connection.
 */
@NullMarked
package io.wkmq.broker.listener;

import org.jspecify.annotations.NullMarked;
