package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import java.time.Duration;
import java.util.List;

/**
 * How this node gave up one cluster for another. Only nodes that do see a merge; to those whose cluster is entered nodes come.
 *
 * @param ordered whether an administrator wanted it: this node joined or left. Else two parts of a split cluster, or two
 *     clusters that found each other, became one
 * @param before the other nodes of the cluster that was given up
 * @param after the other nodes of the cluster that was entered
 * @param time how long it took
 */
public record Merge(boolean ordered, List<Node> before, List<Node> after, Duration time) {
    /** Copies the lists. */
    public Merge {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /** Whether a node is here that was not. */
    public boolean gained() {
        return after.stream().anyMatch(node -> !before.contains(node));
    }

    /** Whether it failed: nobody wanted this node to be with fewer or with the same ones. */
    public boolean failed() {
        return !ordered && !gained();
    }
}
