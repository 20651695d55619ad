package io.wkmq.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a session that moves to another node, without its messages. The will is not included: it is void because the
 * client has connected again [MQTT-3.1.3-9].
 *
 * @param clientId the client id
 * @param userName the user the session belongs to, or null
 * @param createdAtMs the creation time, ms since the epoch
 * @param expirySeconds how long the session outlives its connection
 * @param subscriptions the client's subscriptions
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
