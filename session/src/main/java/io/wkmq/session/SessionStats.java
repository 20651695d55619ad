package io.wkmq.session;

import java.util.Map;

/**
 * The counters and gauges of a node's sessions. Read without stopping the shards: each value is exact, but the values are not a
 * consistent snapshot.
 *
 * @param sessions the number of sessions
 * @param connected the number of connected sessions
 * @param subscriptions the number of subscriptions
 * @param sharedSubscriptions the number of shared subscriptions among them
 * @param queuedMessages the number of queued messages
 * @param queuedBytes the size of queued messages in bytes
 * @param replays the number of channel replays in progress
 * @param inflight the number of unacknowledged deliveries
 * @param received the number of accepted PUBLISHes, by QoS
 * @param sent the number of sent PUBLISHes, by QoS; redeliveries count again
 * @param retainedReceived the number of received PUBLISHes with RETAIN set
 * @param retainedSent the number of retained messages sent to new subscriptions
 * @param unrouted the number of received messages without a subscriber
 * @param refused the number of QoS 1 and 2 PUBLISHes answered with an error
 * @param dropped the number of dropped messages, by reason
 */
public record SessionStats(
        long sessions,
        long connected,
        long subscriptions,
        long sharedSubscriptions,
        long queuedMessages,
        long queuedBytes,
        long replays,
        long inflight,
        long[] received,
        long[] sent,
        long retainedReceived,
        long retainedSent,
        long unrouted,
        long refused,
        Map<DropReason, Long> dropped) {
    /** Copies the map. */
    public SessionStats {
        dropped = Map.copyOf(dropped);
    }
}
