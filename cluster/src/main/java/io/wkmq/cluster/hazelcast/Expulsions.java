package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Expels removed and silent members from the cluster, and has falsely suspected ones trusted again. Confined to the event thread. */
final class Expulsions {
    private final Supplier<@Nullable HazelcastMember> member;
    private final Supplier<Map<NodeId, Address>> addresses;
    private final RemovedNodes removed;
    private final SilenceWatch<Address> silence;

    /**
     * Creates the expulsions of one node.
     *
     * @param member supplies its member, or null if there is none
     * @param addresses supplies the member addresses of its peers
     */
    Expulsions(
            Supplier<@Nullable HazelcastMember> member,
            Supplier<Map<NodeId, Address>> addresses,
            RemovedNodes removed,
            SilenceWatch<Address> silence) {
        this.member = member;
        this.addresses = addresses;
        this.removed = removed;
        this.silence = silence;
    }

    /** Expels removed members if this node is the leader. */
    void expelRemoved() {
        HazelcastMember running = member.get();
        if (running != null && running.leads()) {
            addresses.get().forEach((id, address) -> {
                if (removed.contains(id)) {
                    running.expel(address, "It was removed from the cluster");
                }
            });
        }
    }

    /** Expels silent members if this node is the leader, or if the leader is silent too. Called several times per heartbeat. */
    void expelSilent() {
        HazelcastMember running = member.get();
        if (running != null) {
            silence.silent(running.signs(), running.leader(), running.elders())
                    .forEach(address -> running.expel(address, "It gives no sign of life"));
        }
    }

    /** Trusts again those members that have answered although their heartbeats stopped that long ago. */
    void trust(Set<NodeId> answered, Duration heartbeatMax) {
        HazelcastMember running = member.get();
        if (running != null) {
            addresses.get().forEach((id, address) -> {
                if (answered.contains(id)) {
                    running.trust(address, heartbeatMax);
                }
            });
        }
    }
}
