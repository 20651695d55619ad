package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.cluster.security.Verdict.Code;
import io.wkmq.routing.NodeId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Decides which nodes are taken as members. Thread-safe; does not block. */
final class Admission {
    /** Nodes whose protocol versions have the same thousands understand each other. */
    private static final int MAJOR = 1_000;

    private final Peer self;
    private final RemovedNodes removed;

    @GuardedBy("this")
    private Set<NodeId> leftBehind = Set.of();

    Admission(Peer self, RemovedNodes removed) {
        this.self = self;
        this.removed = removed;
    }

    /**
     * Takes none of these nodes any more: this node left their cluster, and must not find itself in it again because they look
     * for it.
     */
    synchronized void leaveBehind(Set<NodeId> nodes) {
        leftBehind = Set.copyOf(nodes);
    }

    /** The nodes that are not taken because this one left their cluster. */
    synchronized Set<NodeId> leftBehind() {
        return leftBehind;
    }

    /**
     * Takes a node that was removed from this cluster, or whose cluster this node left: its administrator says so. A removal before that
     * may be heard of later and does not count.
     */
    synchronized void welcome(NodeId node) {
        removed.comeBack(node);
        takeAgain(Set.of(node));
    }

    /** Takes these nodes, be they removed or those of a cluster that this node left: it is told to join theirs. */
    synchronized void takeAgain(Set<NodeId> nodes) {
        nodes.forEach(removed::lift);
        Set<NodeId> others = new HashSet<>(leftBehind);
        others.removeAll(nodes);
        leftBehind = Set.copyOf(others);
    }

    /**
     * Whether a node is taken.
     *
     * @param members those that are here, this node too or not
     */
    Verdict judge(Node candidate, long incarnation, int protocol, Collection<Peer> members) {
        Verdict verdict = judgeItself(candidate, incarnation, protocol);
        if (!verdict.accepted()) {
            return verdict;
        }
        if (removed.contains(candidate.id())) {
            removed.knocked(candidate.id());
            return Verdict.refusal(
                    Code.DENIED,
                    "Node " + candidate.name()
                            + " was removed from the cluster; it comes back by 'cluster join' on it");
        }
        if (leftBehind().contains(candidate.id())) {
            return Verdict.refusal(
                    Code.LEFT,
                    "Node " + self.node().name() + " has left the cluster of node " + candidate.name()
                            + "; it comes back by 'cluster join'");
        }
        return judgeName(candidate, members);
    }

    /** As {@link #judge}, but for a node that is told to join: that it was removed, or its cluster left, does not count. */
    Verdict judgeJoining(Node candidate, long incarnation, int protocol, Collection<Peer> members) {
        Verdict verdict = judgeItself(candidate, incarnation, protocol);
        return verdict.accepted() ? judgeName(candidate, members) : verdict;
    }

    private Verdict judgeItself(Node candidate, long incarnation, int protocol) {
        if (candidate.id().equals(self.id())) {
            return Verdict.refusal(
                    Code.SELF,
                    incarnation == self.incarnation()
                            ? "Node " + self.node().name() + " has met itself"
                            : "Node " + candidate.name() + " has the identity of node "
                                    + self.node().name() + "; expected its own, was a data directory copied?");
        }
        if (major(protocol) != major(self.protocol())) {
            return Verdict.refusal(
                    Code.VERSION,
                    "Node " + candidate.name() + " speaks version " + protocol + " of the protocol between nodes, node "
                            + self.node().name() + " speaks " + self.protocol());
        }
        return Verdict.OK;
    }

    /** Of what is no version, as it comes from the network, none that a node has. */
    private static int major(int protocol) {
        return Math.floorDiv(protocol, MAJOR);
    }

    private Verdict judgeName(Node candidate, Collection<Peer> members) {
        if (candidate.name().equals(self.node().name())) {
            return nameInUse(candidate, self);
        }
        for (Peer member : members) {
            if (!member.id().equals(candidate.id()) && member.node().name().equals(candidate.name())) {
                return nameInUse(candidate, member);
            }
        }
        return Verdict.OK;
    }

    private static Verdict nameInUse(Node candidate, Peer owner) {
        return Verdict.refusal(
                Code.NAME_IN_USE,
                "The name " + candidate.name() + " belongs to node " + owner.id() + ", which is here; node "
                        + candidate.id() + " needs another one (node.name)");
    }
}
