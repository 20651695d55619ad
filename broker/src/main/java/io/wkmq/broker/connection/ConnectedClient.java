package io.wkmq.broker.connection;

import org.jspecify.annotations.Nullable;

/**
 * What listings show of a connected client.
 *
 * @param clientId its id, given by itself or assigned
 * @param userName the user that was authenticated, or null for an anonymous client
 * @param peer its address, {@code host:port}, or {@code unix}
 * @param listener the protocol and name of its listener, such as {@code tcp:external}
 * @param protocolVersion 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5
 * @param cleanStart whether it asked for a new session
 * @param keepAliveSeconds how often it has to be heard, 0 for never
 * @param connectedAtMs when CONNECT was accepted, ms since the epoch
 */
public record ConnectedClient(
        String clientId,
        @Nullable String userName,
        String peer,
        String listener,
        int protocolVersion,
        boolean cleanStart,
        int keepAliveSeconds,
        long connectedAtMs) {}
