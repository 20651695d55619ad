package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import java.time.Duration;
import java.util.List;

/**
 * How this node left one cluster for another. Only the nodes that move see a merge; the nodes of the cluster that is entered just see nodes
 * arrive.
 *
 * @param ordered whether an administrator ordered it by having this node join or leave; otherwise two parts of a split cluster, or two
 *     clusters that discovered each other, merged
 * @param before the other nodes of the cluster that was left
 * @param after the other nodes of the cluster that was entered
 * @param time how long it took
 */
public record Merge(boolean ordered, List<Node> before, List<Node> after, Duration time) {
    /** Copies the lists. */
    public Merge {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /** Returns whether a node is present that was not before. */
    public boolean gained() {
        return after.stream().anyMatch(node -> !before.contains(node));
    }

    /** Returns whether the merge failed: without an order, a node moves only to gain peers. */
    public boolean failed() {
        return !ordered && !gained();
    }
}
