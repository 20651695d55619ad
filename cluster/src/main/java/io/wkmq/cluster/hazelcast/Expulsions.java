package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes members out of the cluster, those who are removed and those who are silent, or trusts them again. Confined to the event thread.
 */
final class Expulsions {
    private final Supplier<@Nullable HazelcastMember> member;
    private final Supplier<Map<NodeId, Address>> addresses;
    private final RemovedNodes removed;
    private final SilenceWatch<Address> silence;

    /**
     * For one node.
     *
     * @param member its member, if there is one
     * @param addresses where its peers take members
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

    /** As the leader, takes out who is removed. */
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

    /** Takes out who is silent: as the leader, or if it is silent too. Several times per heartbeat. */
    void expelSilent() {
        HazelcastMember running = member.get();
        if (running != null) {
            silence.silent(running.signs(), running.leader(), running.elders())
                    .forEach(address -> running.expel(address, "It gives no sign of life"));
        }
    }

    /** Trusts those of them again whose heartbeats have stopped for that long: they have answered. */
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
