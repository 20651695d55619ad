package io.wkmq.cluster;

import io.wkmq.cluster.channels.NodeRegistry;
import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.LocalInterest;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.RoutesKnown;
import io.wkmq.session.SessionDirectory;
import io.wkmq.session.Sessions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * The nodes that act as one broker, as seen by this node. The node's components are connected in this order, before it opens:
 * {@link #interest}, {@link #replicate} (both), {@link #serve}, {@link #open}. The other methods are thread-safe.
 */
public interface Cluster extends AutoCloseable {
    /** Returns this node. */
    Node self();

    /** Returns the nodes that run and are reachable, including this one. */
    List<Node> running();

    /** Returns the listener that the route table must tell about subscriptions of this node's clients. */
    LocalInterest interest();

    /** Returns the forwarder of messages to other nodes. */
    Forwarder forwarder();

    /** Returns the directory of where sessions live. */
    SessionDirectory directory();

    /** Returns the source that tells when the other nodes know this node's subscriptions. */
    RoutesKnown routesKnown();

    /** Starts to replicate retained messages. Must be called after they were restored. */
    void replicate(RetainedMessages retained);

    /** Starts to replicate routes. The table must report to {@link #interest}. */
    void replicate(RouteTable<?> routes, ShareStrategy strategy);

    /** Delivers messages of other nodes to the sessions from now on. Must be called before these are restored. */
    void serve(Sessions sessions);

    /**
     * Synchronizes the nodes with the registry, from which this node also learns of removals.
     *
     * @return a task to be run periodically by one thread; does not block
     */
    Runnable register(NodeRegistry registry);

    /**
     * Accepts no more messages of other nodes; must be called before the sessions are closed. Later messages are not reported as
     * failed: they are left unacknowledged, and the other nodes give them up when this node is gone.
     */
    void serveNoMore();

    /** Returns whether other nodes are expected. If so, clients must wait until {@link #open} has completed. */
    boolean expectsOthers();

    /**
     * Starts to meet the other nodes. Completes once this node is in their cluster and knows what they know, or must do without;
     * fails with an {@link IllegalStateException} that says why if other nodes can never meet this one.
     *
     * @param givenUp returns whether the caller has stopped waiting
     */
    CompletionStage<Void> open(BooleanSupplier givenUp);

    /** Returns the administrative interface, if this node can have peers. */
    Optional<ClusterNode> administration();

    /** Leaves the network. What other nodes know about this one is not changed. */
    @Override
    void close();
}
