package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The member addresses of the peers, and the way to send to them. Thread-safe; does not block. */
final class PeerAddresses {
    private final Supplier<@Nullable HazelcastMember> member;
    private volatile Map<NodeId, Address> addresses = Map.of();

    /**
     * Creates an instance without addresses.
     *
     * @param member supplies this node's member, or null if there is none
     */
    PeerAddresses(Supplier<@Nullable HazelcastMember> member) {
        this.member = member;
    }

    /** Replaces the addresses. */
    void show(Map<NodeId, Address> now) {
        addresses = Map.copyOf(now);
    }

    Map<NodeId, Address> map() {
        return addresses;
    }

    boolean has(NodeId node) {
        return addresses.containsKey(node);
    }

    /** Returns the addresses in a form independent of Hazelcast. */
    Map<NodeId, SeedAddress> seeds() {
        Map<NodeId, SeedAddress> seeds = new HashMap<>();
        addresses.forEach((id, address) -> seeds.put(id, seed(address)));
        return Map.copyOf(seeds);
    }

    static SeedAddress seed(Address address) {
        return new SeedAddress(address.getHost(), address.getPort());
    }

    /** Sends a message to a peer; returns false if it is known not to arrive. */
    boolean send(NodeId node, MessageOperation message) {
        Address target = addresses.get(node);
        HazelcastMember running = member.get();
        return target != null && running != null && running.send(target, message);
    }
}
