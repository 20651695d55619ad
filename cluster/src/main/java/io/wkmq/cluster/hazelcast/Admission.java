package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.cluster.security.Verdict.Code;
import java.util.List;

/** Decides which nodes are taken as members. Thread-safe; does not block. */
final class Admission {
    /** Nodes whose protocol versions have the same thousands understand each other. */
    private static final int MAJOR = 1_000;

    private final Peer self;

    Admission(Peer self) {
        this.self = self;
    }

    /**
     * Whether a node is taken.
     *
     * @param members those that are here, this node too or not
     */
    Verdict judge(Peer candidate, List<Peer> members) {
        if (candidate.id().equals(self.id())) {
            return Verdict.refusal(
                    Code.SELF,
                    candidate.incarnation() == self.incarnation()
                            ? "it is this very node"
                            : "it has the identity of node " + self.node().name()
                                    + "; expected its own, was a data directory copied?");
        }
        if (candidate.protocol() / MAJOR != self.protocol() / MAJOR) {
            return Verdict.refusal(
                    Code.VERSION,
                    "it speaks version " + candidate.protocol() + " of the protocol between nodes, node "
                            + self.node().name() + " speaks " + self.protocol());
        }
        if (candidate.node().name().equals(self.node().name())) {
            return nameInUse(candidate, self);
        }
        for (Peer member : members) {
            if (!member.id().equals(candidate.id())
                    && member.node().name().equals(candidate.node().name())) {
                return nameInUse(candidate, member);
            }
        }
        return Verdict.OK;
    }

    private static Verdict nameInUse(Peer candidate, Peer owner) {
        return Verdict.refusal(
                Code.NAME_IN_USE,
                "its name " + candidate.node().name() + " belongs to node " + owner.id()
                        + ", which is here; expected a name of its own (node.name)");
    }
}
