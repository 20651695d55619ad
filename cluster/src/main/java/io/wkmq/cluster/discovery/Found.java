package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.SeedAddress;
import java.util.List;

/**
 * What one look found.
 *
 * @param addresses where nodes may be met; this node's own may be among them, and dead ones
 * @param remarks what an administrator who misses a node should know, a sentence each
 */
public record Found(List<SeedAddress> addresses, List<String> remarks) {
    /** The most addresses that are taken from one look. */
    public static final int ADDRESSES_MAX = 1024;

    /** Takes immutable copies. */
    public Found {
        addresses = List.copyOf(addresses);
        remarks = List.copyOf(remarks);
    }

    /** Addresses, and nothing to remark. */
    public static Found of(List<SeedAddress> addresses) {
        return new Found(addresses, List.of());
    }
}
