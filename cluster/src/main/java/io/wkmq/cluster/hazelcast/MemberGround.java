package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
 * @param files what is kept over restarts
 * @param keptOut is told why this node is in no cluster of others
 */
record MemberGround(
        Supplier<HazelcastMember> running,
        EventThread thread,
        PeerTable table,
        PeerAddresses addresses,
        Concierge concierge,
        Chronicle chronicle,
        Files files,
        Consumer<String> keptOut)
        implements Changes.Ground {
    /**
     * The files of one node.
     *
     * @param removed who was removed from the cluster
     * @param left whether this node left it
     */
    record Files(RemovedFile removed, LeftFile left) {}

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
    public void noteLeft(Set<NodeId> nodes, String why) {
        files.left.save(new LeftFile.Left(why, nodes));
        keptOut.accept(why);
    }

    @Override
    public void noteJoined() {
        files.left.delete();
    }

    @Override
    public void forgetGone() {
        thread.executeAndWait(() -> chronicle.leaveBehind().forEach(table::tellCleaned));
    }

    @Override
    public void tellRemoved() {
        files.removed.save();
        concierge.tellAndWait(table.peers());
    }
}
