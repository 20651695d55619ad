package io.wkmq.cluster;

import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Hears of everything last, so that the other parts of the node know of whom it knows. {@link #ofAll} is thread-safe. */
final class LastTold implements MembershipListener {
    private final Set<NodeId> told = ConcurrentHashMap.newKeySet();

    @Override
    public void here(Peer peer) {
        told.add(peer.id());
    }

    @Override
    public void gone(Peer peer) {
        told.remove(peer.id());
    }

    /** Whether all parts know of all these. */
    boolean ofAll(Collection<Peer> peers) {
        return peers.stream().allMatch(peer -> told.contains(peer.id()));
    }
}
