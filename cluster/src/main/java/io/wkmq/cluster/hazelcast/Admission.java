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

/** Decides which nodes are accepted as members. Thread-safe; does not block. */
final class Admission {
    /** Protocol versions are compatible if they have the same thousands. */
    private static final int MAJOR = 1_000;

    private final Peer self;
    private final RemovedNodes removed;

    @GuardedBy("this")
    private Set<NodeId> leftBehind = Set.of();

    Admission(Peer self, RemovedNodes removed) {
        this.self = self;
        this.removed = removed;
    }

    /** Refuses these nodes from now on: this node has left their cluster and must not be pulled back in when they look for it. */
    synchronized void leaveBehind(Set<NodeId> nodes) {
        leftBehind = Set.copyOf(nodes);
    }

    /** Returns the nodes that are refused because this one left their cluster. */
    synchronized Set<NodeId> leftBehind() {
        return leftBehind;
    }

    /**
     * Accepts a node again that was removed from this cluster or whose cluster this node left, as its administrator has ordered. An earlier
     * removal that is heard of later does not count.
     */
    synchronized void welcome(NodeId node) {
        removed.comeBack(node);
        takeAgain(Set.of(node));
    }

    /**
     * Accepts these nodes again, whether they were removed or belong to a cluster that this node left, because it is told to join theirs.
     */
    synchronized void takeAgain(Set<NodeId> nodes) {
        nodes.forEach(removed::lift);
        Set<NodeId> others = new HashSet<>(leftBehind);
        others.removeAll(nodes);
        leftBehind = Set.copyOf(others);
    }

    /**
     * Decides whether a node is accepted.
     *
     * @param members the nodes that are present, with or without this one
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

    /** Decides like {@link #judge}, but for a node that is told to join: a removal, or having left its cluster, does not count. */
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

    /** An invalid version from the network maps to a value that no node has. */
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
