package io.wkmq.cluster;

import io.wkmq.cluster.discovery.Discovery;
import io.wkmq.cluster.hazelcast.HazelcastMembership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;

/**
 * Remembers the nodes that are met.
 *
 * @param membership provides their membership addresses
 * @param discovery remembers them
 */
record Acquaintances(HazelcastMembership membership, Discovery discovery) implements MembershipListener {
    @Override
    public void here(Peer peer) {
        SeedAddress address = membership.addresses().get(peer.id());
        if (address != null) {
            discovery.met(peer.node(), address);
        }
    }

    @Override
    public void gone(Peer peer) {
        // It may come back, so its address is kept.
    }
}
