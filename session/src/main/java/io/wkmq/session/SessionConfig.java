package io.wkmq.session;

import io.wkmq.routing.ShareStrategy;

/**
 * The session limits of a node.
 *
 * @param maxInflight the maximum number of unacknowledged QoS 1 and 2 deliveries per session, 1 to 65535; the client's Receive
 *     Maximum may lower it
 * @param maxAwaitingRel the maximum number of a client's QoS 2 PUBLISHes that await their PUBREL, 1 to 65535
 * @param maxSubscriptions the maximum number of subscriptions per session, 0 for unlimited
 * @param maxQueueLength the maximum number of queued messages per session, 0 for unlimited
 * @param maxQueueBytes the maximum size of a session's queue in bytes
 * @param maxNodeQueueBytes the maximum size of all queues of the node in bytes; beyond it every session treats an offered
 *     message as if its own queue were full
 * @param storeQos0 whether QoS 0 messages are queued for an offline or slow client, instead of dropped
 * @param dropPolicy which message a full queue drops
 * @param expiryMaxSeconds the maximum session expiry; 0xFFFFFFFF for unlimited
 * @param shareStrategy how share groups pick a member
 * @param sharedRedispatch whether the queued messages of a persistent share group member go to a connected member when its
 *     connection ends; messages already sent to it stay with it
 * @param maxSessions the maximum number of sessions of the node, 0 for unlimited
 * @param mailboxMax the maximum number of messages in a shard's mailbox; beyond it QoS 0 is dropped and publishers of QoS 1 and
 *     2 wait for their acknowledgement
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
     * @throws IllegalArgumentException if a value is out of range
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

    /** Returns the default limits. */
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
