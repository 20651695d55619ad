package io.wkmq.broker.config;

import io.wkmq.routing.ShareStrategy;
import java.time.Duration;

/**
 * What MQTT clients may do: {@code mqtt.*}.
 *
 * @param allowAnonymous whether a client without a user name is let in on every listener
 * @param allowAnonymousLoopback whether it is let in on listeners that are bound to a loopback address
 * @param aclNomatch what happens when no access rule fits
 * @param aclCache which decisions about publishing are kept
 * @param maxClientIdLength longest client id, in bytes
 * @param maxPacketBytes longest packet that is taken
 * @param fastDecode whether plain packets are decoded in place, without a general decoder
 * @param keepaliveBackoff a client is gone after keep-alive x 2 x this, so 0.75 is the 1.5 of [MQTT-3.1.2-22]
 * @param serverKeepalive the longest keep alive that MQTT 5 clients are left with; zero leaves each its own
 * @param clientIdleTimeout how long a connection may take until its CONNECT is complete
 * @param session limits of a session
 * @param queue limits of a session's queue
 * @param retained limits of retained messages
 * @param sharedSubscriptionStrategy how a share group picks a member
 * @param sharedRedispatch whether what waits for a persistent member of a share group goes to a connected one when its
 *     connection ends
 * @param maxTopicAlias how many aliases a client may use towards the broker, 0 for none
 * @param maxOutboundTopicAlias how many the broker uses towards a client at most, 0 for none
 * @param maxTopicLevels most levels of a topic or filter
 * @param maxTopicBytes longest topic or filter, in bytes
 * @param responseInformation start of the topics for responses, given to clients that ask for it; empty for none
 * @param sysInterval time between two rounds of {@code $SYS} messages; zero for none
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

    /** What happens when no access rule fits. */
    public enum AclNomatch {
        /** It is allowed. */
        ALLOW,
        /** It is refused. */
        DENY
    }

    /**
     * Which decisions about publishing are kept per client: {@code mqtt.cache_acl} and {@code mqtt.acl_cache.*}.
     *
     * @param enabled whether any are
     * @param maxTopics for how many topics of a client
     * @param ttl for how long, whole seconds
     */
    public record AclCache(boolean enabled, int maxTopics, Duration ttl) {}

    /** When a change counts as stored; the names are those of the configuration. */
    public enum Durability {
        /** When the disk has it: an acknowledged message survives a power cut. */
        SYNC,
        /** At once, the disk gets it after an interval: a power cut may cost that interval. */
        INTERVAL,
        /** At once, the operating system writes it when it likes. */
        NONE
    }

    /**
     * Limits of a session: {@code mqtt.session.*}.
     *
     * @param maxSubscriptions most subscriptions, 0 for no limit
     * @param maxInflight most unacknowledged deliveries at once; a client's smaller Receive Maximum wins
     * @param maxAwaitingRel most QoS 2 messages of a client that wait for its PUBREL; also the broker's Receive Maximum
     * @param maxExpiry longest time that a session outlives its connection; MQTT 3 sessions that are not clean get it
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
        /** The one that waited longest. */
        OLDEST,
        /** The one that just came. */
        NEWEST
    }

    /**
     * Limits of a session's queue: {@code mqtt.mqueue.*}.
     *
     * @param maxLength most messages, 0 for no limit but {@code maxBytes}
     * @param maxBytes most bytes
     * @param storeQos0 whether QoS 0 messages are kept for a client that is away
     * @param drop which message goes when the queue is full
     */
    public record QueueLimits(int maxLength, long maxBytes, boolean storeQos0, DropPolicy drop) {}

    /**
     * Limits of retained messages: {@code mqtt.retained.*}.
     *
     * @param enabled whether messages are retained at all
     * @param maxMessages most retained messages
     * @param maxPayloadBytes longest payload that is retained
     * @param maxBytes most bytes of all together
     * @param expiry after which a message is no longer retained; zero for never
     */
    public record RetainedLimits(
            boolean enabled, int maxMessages, int maxPayloadBytes, long maxBytes, Duration expiry) {}
}
