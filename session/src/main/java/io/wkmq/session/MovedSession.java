package io.wkmq.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node tells another of a session that moves there, but for its messages. Its will is not told: that the client has
 * connected again makes it void [MQTT-3.1.3-9].
 *
 * @param clientId the client id
 * @param userName the user it belongs to, or null
 * @param createdAtMs when it was made, ms since the epoch
 * @param expirySeconds how long it outlives its connection
 * @param subscriptions what the client has subscribed to
 */
public record MovedSession(
        String clientId,
        @Nullable String userName,
        long createdAtMs,
        long expirySeconds,
        List<SubscribeRequest> subscriptions) {
    /** Copies the list. */
    public MovedSession {
        subscriptions = List.copyOf(subscriptions);
    }
}
