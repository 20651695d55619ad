package io.wkmq.cluster;

import io.wkmq.cluster.membership.MembershipStatus;
import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.routing.NodeId;
import java.util.Comparator;
import java.util.List;

/**
 * Decides whether this part of a split cluster is the larger one. The cluster consists of the present and the dead nodes; a node
 * that left, was removed, or has been dead for longer than the autoclean time does not count. Stateless.
 */
final class Majority {
    private static final Comparator<NodeId> ORDER = Comparator.comparing(NodeId::value);

    private Majority() {}

    /** Returns whether more than half of the cluster is here; of two halves it is the one with the least node id. */
    static boolean here(MembershipStatus status) {
        List<NodeId> here =
                status.running().stream().map(one -> one.peer().id()).toList();
        List<NodeId> dead = status.stopped().stream()
                .filter(one -> one.why() == Reason.DEAD)
                .map(MembershipStatus.Stopped::id)
                .toList();
        if (here.size() != dead.size()) {
            return here.size() > dead.size();
        }
        return ORDER.compare(least(here), least(dead)) < 0;
    }

    private static NodeId least(List<NodeId> nodes) {
        return nodes.stream().min(ORDER).orElseThrow();
    }
}
