package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * The session-related contents of a CONNECT, after authentication.
 *
 * @param clientId the client id, chosen by the client or assigned by the server
 * @param userName the authenticated user, or null
 * @param cleanStart whether an existing session is discarded
 * @param expirySeconds how long the session outlives its connection: 0 not at all, 0xFFFFFFFF for ever
 * @param receiveMaximum the maximum number of unacknowledged QoS 1 and 2 deliveries, 1 to 65535
 * @param will the will, or null
 */
public record ConnectRequest(
        String clientId,
        @Nullable String userName,
        boolean cleanStart,
        long expirySeconds,
        int receiveMaximum,
        @Nullable Will will) {
    /** The expiry interval of a session that never expires. */
    public static final long NEVER = 0xFFFF_FFFFL;

    /** Attributes the will to the user. */
    public ConnectRequest {
        will = will == null ? null : will.by(userName);
    }
}
