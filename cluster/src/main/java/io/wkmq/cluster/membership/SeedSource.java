package io.wkmq.cluster.membership;

import java.util.List;

/** Says where other nodes of the cluster may be met. Asked again and again. Thread-safe, does not block. */
public interface SeedSource {
    /** Every address known now, in no particular order; this node's own may be among them, and dead ones. */
    List<SeedAddress> seeds();
}
