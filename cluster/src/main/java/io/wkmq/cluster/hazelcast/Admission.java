package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.hazelcast.Refusal.Reason;
import io.wkmq.cluster.membership.Peer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides which nodes are taken as members. Thread-safe; does not block. */
final class Admission {
    /** Nodes whose protocol versions have the same thousands understand each other. */
    private static final int MAJOR = 1_000;

    private final Peer self;

    Admission(Peer self) {
        this.self = self;
    }

    /**
     * Why a node is not taken, or null if it is.
     *
     * @param members those that are here, this node too or not
     */
    @Nullable Refusal refusal(Peer candidate, List<Peer> members) {
        if (candidate.id().equals(self.id())) {
            return new Refusal(
                    Reason.SELF,
                    candidate.incarnation() == self.incarnation()
                            ? "it is this very node"
                            : "it has the identity of node " + self.node().name()
                                    + "; expected its own, was a data directory copied?");
        }
        if (candidate.protocol() / MAJOR != self.protocol() / MAJOR) {
            return new Refusal(
                    Reason.VERSION,
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
        return null;
    }

    private static Refusal nameInUse(Peer candidate, Peer owner) {
        return new Refusal(
                Reason.NAME_IN_USE,
                "its name " + candidate.node().name() + " belongs to node " + owner.id()
                        + ", which is here; expected a name of its own (node.name)");
    }
}
