package io.wkmq.routing;

/** How a share group picks the member that gets a message (EMQ's names). Offline members are picked only if none is online. */
public enum ShareStrategy {
    /** Each member in turn. */
    ROUND_ROBIN,
    /** Any member. */
    RANDOM,
    /** The same member until it leaves. */
    STICKY,
    /** By the publisher's client id. */
    HASH_CLIENTID,
    /** By the topic. */
    HASH_TOPIC,
    /** A member on the publisher's node if there is one, else any. */
    LOCAL
}
