package io.wkmq.cluster.channels;

import io.wkmq.channel.audit.Auditees;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Service;
import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Compares the replicas of channels on different nodes. Thread-safe. */
public final class ChannelQuestions implements Auditees {
    private final Membership membership;
    private final Messenger messenger;

    private ChannelQuestions(Membership membership, Messenger messenger) {
        this.membership = membership;
        this.messenger = messenger;
    }

    /**
     * Starts the service. Must be called before the node meets others.
     *
     * @param answers answers the requests of other nodes; must not block
     */
    public static ChannelQuestions start(
            Membership membership, Messenger messenger, Function<byte[], CompletionStage<byte[]>> answers) {
        messenger.answer(Service.CHANNEL_AUDIT, (from, request) -> answers.apply(request));
        return new ChannelQuestions(membership, messenger);
    }

    @Override
    public NodeId self() {
        return membership.self().id();
    }

    @Override
    public List<Other> here() {
        return membership.peers().stream()
                .map(peer -> new Other(peer.id(), peer.node().name().toString()))
                .toList();
    }

    @Override
    public CompletionStage<byte[]> ask(NodeId node, byte[] question) {
        return messenger.ask(node, Service.CHANNEL_AUDIT, question);
    }
}
