package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * What a client asks of its session at CONNECT, after authentication.
 *
 * @param clientId the client id, given or assigned
 * @param userName the authenticated user, or null
 * @param cleanStart whether an old session is discarded
 * @param expirySeconds how long the session outlives its connection: 0 not at all, 0xFFFFFFFF for ever
 * @param receiveMaximum how many QoS 1 and 2 deliveries the client takes unacknowledged, 1 to 65535
 * @param will its will, or null
 */
public record ConnectRequest(
        String clientId,
        @Nullable String userName,
        boolean cleanStart,
        long expirySeconds,
        int receiveMaximum,
        @Nullable Will will) {
    /** The expiry interval that never ends. */
    public static final long NEVER = 0xFFFF_FFFFL;

    /** The will is the user's. */
    public ConnectRequest {
        will = will == null ? null : will.by(userName);
    }
}
