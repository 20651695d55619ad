package io.wkmq.cluster.membership;

import java.util.List;

/** The other nodes that are present, as seen by this node. Thread-safe. Nodes on two sides of a cut see different ones. */
public interface Membership {
    /** Returns this node as it announces itself to others. */
    Peer self();

    /** Returns the other nodes that are present now; each node once. */
    List<Peer> peers();

    /**
     * Registers a listener, which is told first of the peers present now, then of changes. Calls are sequential, in the order in
     * which things happened, which is the same for all listeners.
     */
    void listen(MembershipListener listener);
}
