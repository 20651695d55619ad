package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import java.util.List;

/**
 * Takes what other members send.
 *
 * @param addresses whom an answer would reach
 * @param early keeps what comes before its sender is known
 * @param messenger gets the rest
 * @param admission judges who wants to be a member
 * @param search is told who looks for this node
 * @param look looks who is here, soon
 */
record MemberWire(
        PeerAddresses addresses,
        EarlyMessages early,
        OperationMessenger messenger,
        Admission admission,
        Search search,
        Runnable look)
        implements Wire {
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
    public void heardOf(SeedAddress address) {
        search.heardOf(address);
    }
}
