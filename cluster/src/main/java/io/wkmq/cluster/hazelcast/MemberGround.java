package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What administrators' changes change.
 *
 * @param running this node's member
 * @param thread on which all is told that happens in the cluster
 * @param table who is here
 * @param addresses where they take members
 * @param concierge talks to them
 * @param chronicle what those were called who are not here
 * @param removedFile who was removed from the cluster
 * @param solitude why this node is in no cluster of others
 */
record MemberGround(
        Supplier<HazelcastMember> running,
        EventThread thread,
        PeerTable table,
        PeerAddresses addresses,
        Concierge concierge,
        Chronicle chronicle,
        RemovedFile removedFile,
        Solitude solitude)
        implements Changes.Ground {
    @Override
    public void merge(Address target) {
        running.get().merge(target);
    }

    @Override
    public Address address() {
        return running.get().address();
    }

    @Override
    public boolean shows(NodeId node) {
        return running.get().members().keySet().stream()
                .anyMatch(peer -> peer.id().equals(node));
    }

    @Override
    public Map<NodeId, Address> peerAddresses() {
        return addresses.map();
    }

    @Override
    public boolean askToLeave(NodeId node) {
        return concierge.askToLeave(node);
    }

    @Override
    public void tellLeaving() {
        concierge.tellLeaving(table.peers());
    }

    @Override
    public @Nullable NodeName nameOf(NodeId node) {
        return chronicle.nameOf(node, table.peers());
    }

    @Override
    public void noteLeft(LeftFile.Left left) {
        thread.executeAndWait(() -> solitude.left(left));
    }

    @Override
    public void noteJoined() {
        thread.executeAndWait(solitude::joined);
    }

    @Override
    public void forgetGone() {
        thread.executeAndWait(() -> chronicle.leaveBehind().forEach(node -> table.tellCleaned(node, false)));
    }

    @Override
    public void tellRemoved() {
        removedFile.save();
        concierge.tellAndWait(table.peers());
    }
}
