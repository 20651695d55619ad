package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.security.Verdict;
import java.util.List;

/**
 * The answer to a node that asks before it joins.
 *
 * @param verdict whether the asker would be accepted
 * @param members the nodes of the cluster, the answering one first
 * @param linkPort the port on which the answering node accepts node links; 0 if it accepts none or does not say
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

    /** Returns the node that answers. */
    Node node() {
        return members.get(0);
    }

    /** Returns a copy with another verdict. */
    EnquiryAnswer with(Verdict other) {
        return new EnquiryAnswer(other, members, linkPort);
    }
}
