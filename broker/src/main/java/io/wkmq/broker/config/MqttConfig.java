package io.wkmq.broker.config;

import io.wkmq.routing.ShareStrategy;
import java.time.Duration;

/**
 * The limits and rules for MQTT clients: {@code mqtt.*}.
 *
 * @param allowAnonymous whether clients that nobody authenticates are admitted as anonymous on every listener
 * @param allowAnonymousLoopback whether they are admitted from this machine on listeners that are local to it
 * @param aclNomatch what happens if no access rule matches
 * @param aclCache the cache of decisions about publishing
 * @param maxClientIdLength the maximum length of a client id in bytes
 * @param maxPacketBytes the maximum size of an incoming packet
 * @param fastDecode whether common packets are decoded in place, without the general decoder
 * @param keepaliveBackoff a client times out after keep-alive x 2 x this, so 0.75 yields the factor 1.5 of [MQTT-3.1.2-22]
 * @param serverKeepalive the maximum keep-alive of MQTT 5 clients; zero accepts each client's own
 * @param clientIdleTimeout how long a connection may take to complete its CONNECT
 * @param session the limits of a session
 * @param queue the limits of a session's queue
 * @param retained the limits of retained messages
 * @param sharedSubscriptionStrategy how a share group picks a member
 * @param sharedRedispatch whether messages queued for a persistent member of a share group go to a connected one when its
 *     connection ends
 * @param maxTopicAlias how many topic aliases a client may use towards the broker, 0 for none
 * @param maxOutboundTopicAlias how many topic aliases the broker uses towards a client at most, 0 for none
 * @param maxTopicLevels the maximum number of levels of a topic or filter
 * @param maxTopicBytes the maximum length of a topic or filter in bytes
 * @param responseInformation the Response Information, a topic prefix, for clients that request it; empty for none
 * @param sysInterval the interval of {@code $SYS} messages; zero for none
 */
public record MqttConfig(
        boolean allowAnonymous,
        boolean allowAnonymousLoopback,
        AclNomatch aclNomatch,
        AclCache aclCache,
        int maxClientIdLength,
        int maxPacketBytes,
        boolean fastDecode,
        double keepaliveBackoff,
        Duration serverKeepalive,
        Duration clientIdleTimeout,
        SessionLimits session,
        QueueLimits queue,
        RetainedLimits retained,
        ShareStrategy sharedSubscriptionStrategy,
        boolean sharedRedispatch,
        int maxTopicAlias,
        int maxOutboundTopicAlias,
        int maxTopicLevels,
        int maxTopicBytes,
        String responseInformation,
        Duration sysInterval) {

    /** What happens if no access rule matches. */
    public enum AclNomatch {
        /** Access is allowed. */
        ALLOW,
        /** Access is denied. */
        DENY
    }

    /**
     * The cache of decisions about publishing, one per client: {@code mqtt.cache_acl} and {@code mqtt.acl_cache.*}.
     *
     * @param enabled whether decisions are cached
     * @param maxTopics the maximum number of topics per client
     * @param ttl how long a decision is cached, in whole seconds
     */
    public record AclCache(boolean enabled, int maxTopics, Duration ttl) {}

    /** When a change counts as stored. The names are those of the configuration. */
    public enum Durability {
        /** Once it is synced to disk: an acknowledged message survives a power failure. */
        SYNC,
        /** At once; synced periodically, so a power failure may lose up to one interval. */
        INTERVAL,
        /** At once; written whenever the operating system does so. */
        NONE
    }

    /**
     * The limits of a session: {@code mqtt.session.*}.
     *
     * @param maxSubscriptions the maximum number of subscriptions, 0 for no limit
     * @param maxInflight the maximum number of unacknowledged deliveries; a smaller Receive Maximum of the client takes
     *     precedence
     * @param maxAwaitingRel the maximum number of a client's QoS 2 messages that await its PUBREL; also the broker's Receive
     *     Maximum
     * @param maxExpiry the maximum time that a session outlives its connection, and the actual one for MQTT 3 sessions with
     *     Clean Session 0
     * @param durability when a change of a durable session counts as stored
     * @param durabilityInterval the interval of {@link Durability#INTERVAL}
     */
    public record SessionLimits(
            int maxSubscriptions,
            int maxInflight,
            int maxAwaitingRel,
            Duration maxExpiry,
            Durability durability,
            Duration durabilityInterval) {}

    /** Which message is dropped when a queue is full. */
    public enum DropPolicy {
        /** The oldest message in the queue. */
        OLDEST,
        /** The incoming message. */
        NEWEST
    }

    /**
     * The limits of a session's queue: {@code mqtt.mqueue.*}.
     *
     * @param maxLength the maximum number of messages, 0 for no limit but {@code maxBytes}
     * @param maxBytes the maximum size in bytes
     * @param storeQos0 whether QoS 0 messages are queued for a disconnected client
     * @param drop which message is dropped when the queue is full
     */
    public record QueueLimits(int maxLength, long maxBytes, boolean storeQos0, DropPolicy drop) {}

    /**
     * The limits of retained messages: {@code mqtt.retained.*}.
     *
     * @param enabled whether messages are retained at all
     * @param maxMessages the maximum number of retained messages
     * @param maxPayloadBytes the maximum payload size of a retained message
     * @param maxBytes the maximum total size in bytes
     * @param expiry how long a message is retained; zero for ever
     */
    public record RetainedLimits(
            boolean enabled, int maxMessages, int maxPayloadBytes, long maxBytes, Duration expiry) {}
}
