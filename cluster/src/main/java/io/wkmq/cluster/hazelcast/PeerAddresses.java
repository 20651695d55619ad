package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the peers take members, and the way there. Thread-safe; does not block. */
final class PeerAddresses {
    private final Supplier<@Nullable HazelcastMember> member;
    private volatile Map<NodeId, Address> addresses = Map.of();

    /**
     * Knows none.
     *
     * @param member this node's member, if there is one
     */
    PeerAddresses(Supplier<@Nullable HazelcastMember> member) {
        this.member = member;
    }

    /** From now on they are these. */
    void show(Map<NodeId, Address> now) {
        addresses = Map.copyOf(now);
    }

    Map<NodeId, Address> map() {
        return addresses;
    }

    boolean has(NodeId node) {
        return addresses.containsKey(node);
    }

    /** The same for those who do not know of Hazelcast. */
    Map<NodeId, SeedAddress> seeds() {
        Map<NodeId, SeedAddress> seeds = new HashMap<>();
        addresses.forEach((id, address) -> seeds.put(id, seed(address)));
        return Map.copyOf(seeds);
    }

    static SeedAddress seed(Address address) {
        return new SeedAddress(address.getHost(), address.getPort());
    }

    /** Sends a message to a peer; false if it is known not to arrive. */
    boolean send(NodeId node, MessageOperation message) {
        Address target = addresses.get(node);
        HazelcastMember running = member.get();
        return target != null && running != null && running.send(target, message);
    }
}
