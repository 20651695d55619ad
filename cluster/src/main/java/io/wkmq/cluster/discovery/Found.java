package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.SeedAddress;
import java.util.List;

/**
 * The result of one look.
 *
 * @param addresses addresses where nodes may be met; may include this node's own and those of dead nodes
 * @param remarks what an administrator who misses a node should know, one sentence each
 */
public record Found(List<SeedAddress> addresses, List<String> remarks) {
    /** The maximum number of addresses used from one look. */
    public static final int ADDRESSES_MAX = 1024;

    /** Makes immutable copies. */
    public Found {
        addresses = List.copyOf(addresses);
        remarks = List.copyOf(remarks);
    }

    /** Creates a result without remarks. */
    public static Found of(List<SeedAddress> addresses) {
        return new Found(addresses, List.of());
    }
}
