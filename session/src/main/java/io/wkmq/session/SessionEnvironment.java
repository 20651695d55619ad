package io.wkmq.session;

import io.wkmq.channel.Channels;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.RouteTable;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of a node work with.
 *
 * @param nodeName the node's name: the publisher of the broker's own messages
 * @param clock tells the time of day; expiry is counted by it
 * @param routes the node's route table; its number of shards is the number of shard executors
 * @param forwarder carries messages to other nodes
 * @param directory knows which node has a client's session
 * @param store keeps persistent sessions over a restart; null keeps them in memory only
 * @param retained the retained messages
 * @param channels says which topics a channel captures
 * @param routesKnown tells when other nodes know this one's subscriptions
 */
public record SessionEnvironment(
        String nodeName,
        Clock clock,
        RouteTable<ShardSubscribers> routes,
        Forwarder forwarder,
        SessionDirectory directory,
        @Nullable SessionStore store,
        Retained retained,
        Channels channels,
        RoutesKnown routesKnown) {
    /** That of a node which is a cluster of one. */
    public SessionEnvironment(
            String nodeName,
            Clock clock,
            RouteTable<ShardSubscribers> routes,
            Forwarder forwarder,
            SessionDirectory directory,
            @Nullable SessionStore store,
            Retained retained,
            Channels channels) {
        this(nodeName, clock, routes, forwarder, directory, store, retained, channels, RoutesKnown.AT_ONCE);
    }
}
