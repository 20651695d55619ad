package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import org.jspecify.annotations.Nullable;

/**
 * What was said of a node that was removed from the cluster, or told to join it. Of two words about one node the later one counts, at
 * the same time the one that it is removed.
 *
 * @param name null if it is not known
 * @param removed whether it is removed; else it may come back
 * @param timeMs when that was said, ms since the epoch, by the clock of the node where it was said, and after every word that was known there
 */
public record RemovalWord(NodeId node, @Nullable NodeName name, boolean removed, long timeMs) {
    /** Whether it counts, and not the other one. */
    public boolean after(RemovalWord other) {
        return timeMs > other.timeMs || (timeMs == other.timeMs && removed && !other.removed);
    }
}
