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
 * Dispatches what other members send.
 *
 * @param addresses the peers that an answer would reach
 * @param early keeps messages that arrive before their sender is known
 * @param messenger receives all other messages
 * @param admission decides who may become a member
 * @param removed the nodes that are removed
 * @param concierge learns of removals made elsewhere
 * @param search is told which nodes look for this one
 * @param look schedules a comparison of the member list
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
            early(message.getCallerAddress(), message); // an answer could not be delivered yet
        } else {
            messenger.received(from, message);
        }
    }

    @Override
    public void early(Address from, MessageOperation message) {
        if (early.add(from, message)) {
            look.run(); // the sender may have become a member meanwhile
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
