package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.Map;

/** Provides addresses where other nodes of the cluster may be met. Asked repeatedly. Thread-safe; does not block. */
public interface SeedSource {
    /** Returns every address known now, in no particular order; may include this node's own and those of dead nodes. */
    List<SeedAddress> seeds();

    /** Returns the nodes met by this process or earlier ones of this node, except those given up since. */
    default List<Node> known() {
        return List.of();
    }

    /** Returns the last addresses of nodes that earlier processes gave up but would accept again. Called once, at the start. */
    default Map<NodeId, SeedAddress> givenUp() {
        return Map.of();
    }
}
