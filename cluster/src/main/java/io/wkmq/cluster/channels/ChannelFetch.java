package io.wkmq.cluster.channels;

import io.wkmq.channel.fill.Donors;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Fetches from other nodes the records that this node's replicas of channel groups lack. Thread-safe. */
public final class ChannelFetch implements Donors {
    private final Membership membership;
    private final Messenger messenger;

    private ChannelFetch(Membership membership, Messenger messenger) {
        this.membership = membership;
        this.messenger = messenger;
    }

    /**
     * Starts the service. Must be called before the node meets others.
     *
     * @param answers answers the requests of other nodes; must not block
     */
    public static ChannelFetch start(
            Membership membership, Messenger messenger, Function<byte[], CompletionStage<byte[]>> answers) {
        messenger.answer(Service.CHANNEL_FETCH, (from, request) -> answers.apply(request));
        return new ChannelFetch(membership, messenger);
    }

    @Override
    public List<NodeId> here() {
        return membership.peers().stream().map(Peer::id).toList();
    }

    @Override
    public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
        return messenger.ask(donor, Service.CHANNEL_FETCH, question);
    }
}
