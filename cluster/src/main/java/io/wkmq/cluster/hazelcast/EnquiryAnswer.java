package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.security.Verdict;
import java.util.List;

/**
 * What a node says to one that asks before it joins.
 *
 * @param verdict whether it would be taken
 * @param members the nodes of the cluster, the one that answers first
 * @param linkPort where the one that answers takes node links; 0 if it takes none, or does not say so
 */
record EnquiryAnswer(Verdict verdict, List<Node> members, int linkPort) {
    static final int MEMBERS_MAX = 1_000;

    EnquiryAnswer {
        members = List.copyOf(members);
        if (members.isEmpty() || members.size() > MEMBERS_MAX) {
            throw new IllegalArgumentException(
                    "A cluster of " + members.size() + " nodes; expected 1 to " + MEMBERS_MAX);
        }
    }

    /** Who answers. */
    Node node() {
        return members.get(0);
    }

    /** The same with another verdict. */
    EnquiryAnswer with(Verdict other) {
        return new EnquiryAnswer(other, members, linkPort);
    }
}
