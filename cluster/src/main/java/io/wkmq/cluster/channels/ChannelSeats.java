package io.wkmq.cluster.channels;

import io.wkmq.channel.sharing.Homes;
import io.wkmq.cluster.membership.Answerer;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Connects the members of a channel's reader group with the node that assigns its records to them. Thread-safe. */
public final class ChannelSeats implements Homes {
    private final Membership membership;
    private final Messenger messenger;

    private ChannelSeats(Membership membership, Messenger messenger) {
        this.membership = membership;
        this.messenger = messenger;
    }

    /**
     * Starts the service. Must be called before the node meets others.
     *
     * @param answers handles the reports of seats on other nodes; must not block
     */
    public static ChannelSeats start(Membership membership, Messenger messenger, Answerer answers) {
        messenger.answer(Service.CHANNEL_SEATS, answers);
        return new ChannelSeats(membership, messenger);
    }

    @Override
    public NodeId self() {
        return membership.self().id();
    }

    @Override
    public List<NodeId> here() {
        return membership.peers().stream().map(Peer::id).toList();
    }

    @Override
    public CompletionStage<byte[]> ask(NodeId home, byte[] report) {
        return messenger.ask(home, Service.CHANNEL_SEATS, report);
    }
}
