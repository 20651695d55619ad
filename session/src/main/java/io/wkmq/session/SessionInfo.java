package io.wkmq.session;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a session.
 *
 * @param clientId the client id
 * @param userName the user, or null
 * @param connected whether the client is connected
 * @param durable whether the session survives a restart of the node
 * @param createdAtMs the creation time, ms since the epoch
 * @param connectedAtMs when the current or last connection began, ms since the epoch; 0 if there was none since the node
 *     started
 * @param disconnectedAtMs when the last connection ended, ms since the epoch; 0 while connected
 * @param expirySeconds how long the session outlives its connection
 * @param subscriptions the subscriptions
 * @param replays the channels being replayed to the client
 * @param maxInflight the maximum number of unacknowledged deliveries
 * @param inflight the number of unacknowledged deliveries
 * @param queueLength the number of queued messages
 * @param queueBytes the size of the queued messages in bytes
 * @param awaitingRel the number of QoS 2 PUBLISHes that await their PUBREL
 * @param delivered the number of messages sent to the client
 * @param enqueued the number of messages that had to be queued
 * @param dropped the number of dropped messages by reason; reasons without drops are absent
 */
public record SessionInfo(
        String clientId,
        @Nullable String userName,
        boolean connected,
        boolean durable,
        long createdAtMs,
        long connectedAtMs,
        long disconnectedAtMs,
        long expirySeconds,
        List<SubscribeRequest> subscriptions,
        List<SubscribeRequest> replays,
        int maxInflight,
        int inflight,
        int queueLength,
        long queueBytes,
        int awaitingRel,
        long delivered,
        long enqueued,
        Map<DropReason, Long> dropped) {
    /** Copies the collections. */
    public SessionInfo {
        subscriptions = List.copyOf(subscriptions);
        replays = List.copyOf(replays);
        dropped = Map.copyOf(dropped);
    }
}
