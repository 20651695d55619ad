package io.wkmq.session;

import io.wkmq.routing.ShareStrategy;

/**
 * The limits of the sessions of a node.
 *
 * @param maxInflight how many QoS 1 and 2 deliveries may be unacknowledged per session, 1 to 65535; the client's Receive
 *     Maximum may lower it
 * @param maxAwaitingRel how many QoS 2 PUBLISHes of a client may await their PUBREL, 1 to 65535
 * @param maxSubscriptions how many subscriptions a session may hold, 0 for any number
 * @param maxQueueLength how many messages may wait per session, 0 for any number
 * @param maxQueueBytes how many bytes may wait per session
 * @param maxNodeQueueBytes how many bytes may wait in all sessions of the node together; a session that is offered a
 *     message beyond it behaves as if its own queue were full
 * @param storeQos0 whether QoS 0 waits too for a client that is away or slow; if not it is dropped then
 * @param dropPolicy what a full queue drops
 * @param expiryMaxSeconds the longest session expiry a client gets; 0xFFFFFFFF for no limit
 * @param shareStrategy how share groups pick a member
 * @param sharedRedispatch whether the messages that wait for a persistent member of a share group go to a connected member
 *     when its connection ends; those it was already sent stay with it
 * @param maxSessions how many sessions the node keeps, 0 for any number
 * @param mailboxMax how many messages may wait for a shard; beyond it QoS 0 is dropped and publishers of QoS 1 and 2 wait
 *     for their acknowledgement
 */
public record SessionConfig(
        int maxInflight,
        int maxAwaitingRel,
        int maxSubscriptions,
        int maxQueueLength,
        long maxQueueBytes,
        long maxNodeQueueBytes,
        boolean storeQos0,
        DropPolicy dropPolicy,
        long expiryMaxSeconds,
        ShareStrategy shareStrategy,
        boolean sharedRedispatch,
        int maxSessions,
        int mailboxMax) {
    /**
     * Validates the ranges.
     *
     * @throws IllegalArgumentException if a value is outside of its range
     */
    public SessionConfig {
        inRange("maxInflight", maxInflight, 1, 65_535);
        inRange("maxAwaitingRel", maxAwaitingRel, 1, 65_535);
        inRange("maxSubscriptions", maxSubscriptions, 0, Integer.MAX_VALUE);
        inRange("maxQueueLength", maxQueueLength, 0, Integer.MAX_VALUE);
        inRange("maxQueueBytes", maxQueueBytes, 1, Long.MAX_VALUE);
        inRange("maxNodeQueueBytes", maxNodeQueueBytes, 1, Long.MAX_VALUE);
        inRange("expiryMaxSeconds", expiryMaxSeconds, 0, ConnectRequest.NEVER);
        inRange("maxSessions", maxSessions, 0, Integer.MAX_VALUE);
        inRange("mailboxMax", mailboxMax, 1, Integer.MAX_VALUE);
    }

    /** The limits of a node whose configuration says nothing. */
    public static SessionConfig defaults() {
        return new SessionConfig(
                100,
                1000,
                0,
                1000,
                16L << 20,
                Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 4),
                true,
                DropPolicy.OLDEST,
                ConnectRequest.NEVER,
                ShareStrategy.ROUND_ROBIN,
                true,
                0,
                65_536);
    }

    private static void inRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + "; expected " + min + " to " + max);
        }
    }
}
