package io.wkmq.broker.connection;

import org.jspecify.annotations.Nullable;

/**
 * What listings show of a connected client.
 *
 * @param clientId the client id, chosen by the client or assigned
 * @param userName the authenticated user, or null for an anonymous client
 * @param peer the remote address, {@code host:port}, or {@code unix}
 * @param listener the protocol and name of its listener, such as {@code tcp:external}
 * @param protocolVersion 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5
 * @param cleanStart whether CONNECT asked for a new session
 * @param keepAliveSeconds the keep-alive interval in seconds, 0 for none
 * @param connectedAtMs when CONNECT was accepted, in ms since the epoch
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
