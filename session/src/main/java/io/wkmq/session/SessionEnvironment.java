package io.wkmq.session;

import io.wkmq.channel.Channels;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.RouteTable;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The collaborators of a node's sessions.
 *
 * @param nodeName the node's name, which is the publisher of the broker's own messages
 * @param clock the wall clock, by which expiry is computed
 * @param routes the node's route table; it has as many shards as there are shard executors
 * @param forwarder carries messages to other nodes
 * @param directory knows which node has a client's session
 * @param store keeps persistent sessions across restarts; null keeps them in memory only
 * @param retained the retained messages
 * @param channels determines which topics are captured by a channel
 * @param routesKnown reports when other nodes know this node's subscriptions
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
    /** Creates the environment of a single node. */
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
