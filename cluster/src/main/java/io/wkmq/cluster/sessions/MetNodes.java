package io.wkmq.cluster.sessions;

import io.wkmq.routing.NodeId;
import java.util.Collection;

/**
 * The other nodes that this one has met, be they here or not: they may come, and know something. Immutable if its collections are.
 *
 * @param known those that are part of the cluster
 * @param givenUp those that were away for so long that nobody counted on them any more when this node started
 */
public record MetNodes(Collection<NodeId> known, Collection<NodeId> givenUp) {
    /** Whether there are none. */
    boolean none() {
        return known.isEmpty() && givenUp.isEmpty();
    }
}
