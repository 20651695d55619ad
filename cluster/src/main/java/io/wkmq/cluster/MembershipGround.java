package io.wkmq.cluster;

import io.wkmq.cluster.channels.NodeRegistration;
import io.wkmq.cluster.hazelcast.HazelcastMembership;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.RemovalWord;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the registry needs to know about a node that can have peers. Thread-safe; does not block. */
record MembershipGround(HazelcastMembership membership) implements NodeRegistration.Ground {
    @Override
    public Node self() {
        return membership.self().node();
    }

    @Override
    public List<String> addresses() {
        Peer self = membership.self();
        return List.of(membership.address().toString(), new SeedAddress(self.host(), self.linkPort()).toString());
    }

    @Override
    public Set<NodeId> here() {
        return membership.peers().stream().map(Peer::id).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public List<RemovalWord> words() {
        return membership.removalWords();
    }

    @Override
    public void take(List<RemovalWord> words) {
        membership.heard(words);
    }

    @Override
    public boolean moving() {
        return membership.moving();
    }
}
