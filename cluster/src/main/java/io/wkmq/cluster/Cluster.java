package io.wkmq.cluster;

import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.Forwarder;
import io.wkmq.session.SessionDirectory;
import java.util.List;

/** The nodes that act as one broker, as this node sees them. Thread-safe. */
public interface Cluster extends AutoCloseable {
    /** This node. */
    Node self();

    /** The nodes that run and are reachable, this one included. */
    List<Node> running();

    /** Carries messages to the other nodes. */
    Forwarder forwarder();

    /** Knows where sessions live. */
    SessionDirectory directory();

    /** Leaves the network; what other nodes know of this one is theirs to keep. */
    @Override
    void close();
}
