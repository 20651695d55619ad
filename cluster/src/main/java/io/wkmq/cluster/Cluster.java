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
 * The nodes that act as one broker, as this node sees them. The node's parts are tied to it one after the other, then it opens:
 * {@link #interest}, {@link #replicate} twice, {@link #serve}, {@link #open}. The other methods are thread-safe.
 */
public interface Cluster extends AutoCloseable {
    /** This node. */
    Node self();

    /** The nodes that run and are reachable, this one included. */
    List<Node> running();

    /** Is told what this node's clients want: for the route table. */
    LocalInterest interest();

    /** Carries messages to the other nodes. */
    Forwarder forwarder();

    /** Knows where sessions live. */
    SessionDirectory directory();

    /** Tells when the other nodes know of this node's subscriptions. */
    RoutesKnown routesKnown();

    /** Keeps the retained messages of all nodes the same; after they were restored. */
    void replicate(RetainedMessages retained);

    /** Keeps the routes of all nodes in the table, of which {@link #interest} hears. */
    void replicate(RouteTable<?> routes, ShareStrategy strategy);

    /** Brings what comes from other nodes to the sessions; before they are restored. */
    void serve(Sessions sessions);

    /**
     * Has a registry know the nodes, and this node whom it says to be removed.
     *
     * @return to be run every now and then, by one thread; does not block
     */
    Runnable register(NodeRegistry registry);

    /**
     * From now on takes no messages of other nodes: before the sessions are closed. The others hear nothing of those that still come,
     * rather than that they failed, and give them up when this node is gone.
     */
    void serveNoMore();

    /**
     * Whether there is reason to expect other nodes. If so, clients are to wait until {@link #open} is through.
     */
    boolean expectsOthers();

    /**
     * Meets the other nodes. The stage completes once this node is in their cluster and knows what they know, or has to do
     * without; exceptionally with {@link IllegalStateException} if it cannot be met by others at all, with the reason.
     *
     * @param givenUp whether nobody waits any more
     */
    CompletionStage<Void> open(BooleanSupplier givenUp);

    /** What an administrator can change and ask, if this node can have others. */
    Optional<ClusterNode> administration();

    /** Leaves the network; what other nodes know of this one is theirs to keep. */
    @Override
    void close();
}
