package io.wkmq.cluster.membership;

import java.util.List;

/** Which other nodes are here, as this node sees it. Thread-safe. Nodes on two sides of a cut see different ones. */
public interface Membership {
    /** This node, as it announces itself to others. */
    Peer self();

    /** The other nodes that are here now; each node once. */
    List<Peer> peers();

    /**
     * Tells the listener of every peer: first of those that are here now, then of changes. All calls come one after the other,
     * in the order in which things happened, the same for all listeners.
     */
    void listen(MembershipListener listener);
}
