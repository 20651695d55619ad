package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what other members send.
 *
 * @param addresses whom an answer would reach
 * @param early keeps what comes before its sender is known
 * @param messenger gets the rest
 * @param admission judges who wants to be a member
 * @param removed who is removed
 * @param concierge learns who is removed elsewhere
 * @param search is told who looks for this node
 * @param look looks who is here, soon
 */
record MemberWire(
        PeerAddresses addresses,
        EarlyMessages early,
        OperationMessenger messenger,
        Admission admission,
        RemovedNodes removed,
        Concierge concierge,
        Search search,
        Runnable look)
        implements Wire {
    private static final Logger LOG = LoggerFactory.getLogger(MemberWire.class);

    @Override
    public void received(NodeId from, MessageOperation message) {
        if (message.kind() == MessageOperation.REQUEST && !addresses.has(from)) {
            early(message.getCallerAddress(), message); // an answer would not find its way yet
        } else {
            messenger.received(from, message);
        }
    }

    @Override
    public void early(Address from, MessageOperation message) {
        if (early.add(from, message)) {
            look.run(); // it may have become a member meanwhile
        }
    }

    @Override
    public Verdict judge(Peer candidate, List<Peer> members) {
        return admission.judge(candidate.node(), candidate.incarnation(), candidate.protocol(), members);
    }

    @Override
    public byte @Nullable [] removals() {
        return removed.encode();
    }

    @Override
    public void heardRemovals(NodeId from, byte[] list) {
        try {
            concierge.heard(from, list);
        } catch (IllegalArgumentException e) {
            LOG.debug("A node says in an unknown form who is removed, node={}", from, e);
        }
    }

    @Override
    public void heardOf(SeedAddress address) {
        search.heardOf(address);
    }
}
