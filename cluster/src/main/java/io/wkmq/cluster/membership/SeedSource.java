package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.Map;

/** Says where other nodes of the cluster may be met. Asked again and again. Thread-safe, does not block. */
public interface SeedSource {
    /** Every address known now, in no particular order; this node's own may be among them, and dead ones. */
    List<SeedAddress> seeds();

    /** The nodes that were met, by this process or earlier runs of it, and nobody gave up since. */
    default List<Node> known() {
        return List.of();
    }

    /** Where those were that earlier runs gave up, but would take back. Asked once, at the start. */
    default Map<NodeId, SeedAddress> givenUp() {
        return Map.of();
    }
}
