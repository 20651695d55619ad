package io.wkmq.session;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session as it was at one moment.
 *
 * @param clientId the client id
 * @param userName the user, or null
 * @param connected whether the client is connected
 * @param durable whether it outlives a restart of the node
 * @param createdAtMs when it was made, ms since the epoch
 * @param connectedAtMs when its current or last connection began, ms since the epoch; 0 if not since the start of the node
 * @param disconnectedAtMs when its last connection ended, ms since the epoch; 0 while connected
 * @param expirySeconds how long it outlives its connection
 * @param subscriptions its subscriptions
 * @param replays the channels that are replayed to it
 * @param maxInflight how many deliveries may be unacknowledged
 * @param inflight how many deliveries are unacknowledged
 * @param queueLength how many messages wait
 * @param queueBytes how many bytes wait
 * @param awaitingRel how many QoS 2 PUBLISHes await their PUBREL
 * @param delivered how many messages were sent to the client
 * @param enqueued how many messages had to wait
 * @param dropped how many messages it lost, by reason; reasons without a loss are absent
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
    /** Takes immutable copies. */
    public SessionInfo {
        subscriptions = List.copyOf(subscriptions);
        replays = List.copyOf(replays);
        dropped = Map.copyOf(dropped);
    }
}
