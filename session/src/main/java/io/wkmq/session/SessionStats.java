package io.wkmq.session;

import java.util.Map;

/**
 * The counters and gauges of a node's sessions. Read without stopping the shards: each value is right, their sum at one
 * moment is not promised.
 *
 * @param sessions how many sessions there are
 * @param connected how many of them are connected
 * @param subscriptions how many subscriptions they hold
 * @param sharedSubscriptions how many of those are shared
 * @param queuedMessages how many messages wait
 * @param queuedBytes how many bytes wait
 * @param replays how many channels are replayed to clients
 * @param inflight how many deliveries are unacknowledged
 * @param received how many PUBLISHes were accepted, by QoS
 * @param sent how many PUBLISHes were sent, by QoS; redeliveries count again
 * @param retainedReceived how many of the received had RETAIN set
 * @param retainedSent how many retained messages were sent to new subscriptions
 * @param unrouted how many received messages nobody wanted
 * @param refused how many PUBLISHes of QoS 1 and 2 were answered with an error
 * @param dropped how many messages were dropped, by reason
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
    /** Takes an immutable copy of the map. */
    public SessionStats {
        dropped = Map.copyOf(dropped);
    }
}
