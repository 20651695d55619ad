package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operations of the node behind an administrator's changes.
 *
 * @param running supplies this node's member
 * @param thread the thread on which cluster events are reported
 * @param table the peers that are present
 * @param addresses the member addresses of the peers
 * @param concierge exchanges messages with the peers
 * @param chronicle knows the names of absent nodes
 * @param removedFile stores which nodes were removed from the cluster
 * @param solitude knows why this node is not in a cluster with others
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
