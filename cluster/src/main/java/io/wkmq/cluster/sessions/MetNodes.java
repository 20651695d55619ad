package io.wkmq.cluster.sessions;

import io.wkmq.routing.NodeId;
import java.util.Collection;

/**
 * The other nodes that this one has ever met, present or not; they may come and know something. Immutable if its collections are.
 *
 * @param known the nodes that are part of the cluster
 * @param givenUp the nodes that had been away for so long when this node started that they were no longer expected back
 */
public record MetNodes(Collection<NodeId> known, Collection<NodeId> givenUp) {
    /** Returns whether there are none. */
    boolean none() {
        return known.isEmpty() && givenUp.isEmpty();
    }
}
