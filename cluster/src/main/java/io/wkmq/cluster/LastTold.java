package io.wkmq.cluster;

import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The last membership listener: a node that it knows is known by all other listeners too. {@link #ofAll} is thread-safe. */
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

    /** Returns whether all listeners know all these peers. */
    boolean ofAll(Collection<Peer> peers) {
        return peers.stream().allMatch(peer -> told.contains(peer.id()));
    }
}
