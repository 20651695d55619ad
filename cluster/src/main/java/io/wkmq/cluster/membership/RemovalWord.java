package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import org.jspecify.annotations.Nullable;

/**
 * The statement that a node was removed from the cluster, or was told to join it. Of two statements about one node the later one
 * counts; with equal times, the removal.
 *
 * @param name null if it is not known
 * @param removed whether the node is removed; otherwise it may come back
 * @param timeMs when it was made, in ms since the epoch, by the clock of the node where it was made, but later than every statement
 *     known there
 */
public record RemovalWord(NodeId node, @Nullable NodeName name, boolean removed, long timeMs) {
    /** Returns whether this statement takes precedence over the other one. */
    public boolean after(RemovalWord other) {
        return timeMs > other.timeMs || (timeMs == other.timeMs && removed && !other.removed);
    }
}
