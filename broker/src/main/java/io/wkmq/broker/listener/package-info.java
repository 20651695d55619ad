/**
 * Accepts connections and carries their bytes: TCP, TLS, WebSocket, PROXY protocol, unix domain sockets; access rules and
 * limits of each listener. What is spoken on a connection is added by the {@link
 * io.wkmq.broker.listener.ConnectionInitializer}.
 */
@NullMarked
package io.wkmq.broker.listener;

import org.jspecify.annotations.NullMarked;
