package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Decides about connections between nodes, given the nodes that are present. Thread-safe. */
final class Door implements Doorkeeper {
    private final Peer self;
    private final ClusterFront front;
    private final WayBack wayBack;
    private final Admission admission;
    private final Refusals refusals;
    private final Supplier<List<Peer>> peers;
    private final Consumer<NodeId> onWelcome;
    private final Consumer<String> onDenied;

    Door(
            Peer self,
            ClusterFront front,
            WayBack wayBack,
            Admission admission,
            Refusals refusals,
            Supplier<List<Peer>> peers,
            Consumer<NodeId> onWelcome,
            Consumer<String> onDenied) {
        this.self = self;
        this.front = front;
        this.wayBack = wayBack;
        this.admission = admission;
        this.refusals = refusals;
        this.peers = peers;
        this.onWelcome = onWelcome;
        this.onDenied = onDenied;
    }

    @Override
    public ClusterFront front() {
        return front;
    }

    @Override
    public Verdict judge(Introduction peer) {
        // An enquiry is always answered; the answer says why the asker would not be accepted.
        return peer.purpose() == Purpose.ENQUIRY ? Verdict.OK : admit(peer);
    }

    private Verdict admit(Introduction peer) {
        Verdict verdict = admission.judge(peer.node(), peer.incarnation(), peer.protocol(), peers.get());
        return verdict.accepted() ? judgeChannels(peer) : verdict;
    }

    /**
     * A node with another number of channel replicas would treat messages of channels as ordinary ones; one with another number of groups
     * would look for each channel in the wrong group.
     */
    private Verdict judgeChannels(Introduction peer) {
        Introduction own = front.self();
        if (peer.channelReplicas() != own.channelReplicas()) {
            return refusal(
                    Verdict.Code.OTHER_REPLICAS, peer, "replicas", peer.channelReplicas(), own.channelReplicas());
        }
        if (peer.channelGroups() != own.channelGroups()) {
            return refusal(Verdict.Code.OTHER_GROUPS, peer, "groups", peer.channelGroups(), own.channelGroups());
        }
        return Verdict.OK;
    }

    private Verdict refusal(Verdict.Code code, Introduction peer, String key, int theirs, int own) {
        return Verdict.refusal(
                code,
                "Node " + peer.node().name() + " has cluster.channels." + key + " = " + theirs + " and node "
                        + self.node().name() + " has " + own + "; it must be the same on all nodes");
    }

    @Override
    public void refused(SocketAddress remote, boolean ours, Refused refused) {
        refusals.add(remote, ours, refused);
        if (refused.byPeer() && refused.code() == Verdict.Code.DENIED) {
            onDenied.accept(refused.text());
        }
    }

    @Override
    public CompletionStage<EnquiryAnswer> answer(Introduction asker, Enquiry.Question question) {
        return question.joins()
                ? wayBack.look(asker, question).thenApply(way -> way.accepted() ? joining(asker) : answer(way))
                : CompletableFuture.completedFuture(answer(admit(asker)));
    }

    private EnquiryAnswer joining(Introduction asker) {
        Verdict verdict = admission.judgeJoining(asker.node(), asker.incarnation(), asker.protocol(), peers.get());
        Verdict all = verdict.accepted() ? judgeChannels(asker) : verdict;
        if (!all.accepted()) {
            return answer(all); // an earlier removal stays in force
        }
        admission.welcome(asker.node().id());
        admission.takeAgain(Set.of(self.id())); // or a removal of this node elsewhere would spread to this cluster
        onWelcome.accept(asker.node().id());
        return answer(admit(asker));
    }

    private EnquiryAnswer answer(Verdict verdict) {
        List<Node> members = new ArrayList<>();
        members.add(self.node());
        peers.get().stream()
                .limit(EnquiryAnswer.MEMBERS_MAX - 1L)
                .map(Peer::node)
                .forEach(members::add);
        return new EnquiryAnswer(verdict, members, self.linkPort());
    }
}
