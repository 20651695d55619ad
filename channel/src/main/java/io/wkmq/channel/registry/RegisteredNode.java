package io.wkmq.channel.registry;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node as recorded in the registry.
 *
 * @param id its permanent identity
 * @param name its current or last known name; null if it was never known
 * @param addresses its current or last known addresses, its member address first; at most {@value #ADDRESSES_MAX}
 * @param replica the id of its replica among those that keep the logs; a new one after it has lost its disk; null if it keeps no replica
 * @param standing its membership
 * @param sinceMs since when it has this standing, in ms since the epoch, by the clock of the node that reported it
 * @param saidMs when an administrator last removed or readmitted it; 0 if never. Never decreases
 */
public record RegisteredNode(
        NodeId id,
        @Nullable NodeName name,
        List<String> addresses,
        @Nullable UUID replica,
        Standing standing,
        long sinceMs,
        long saidMs) {
    /** Maximum number of nodes in a registry. */
    public static final int NODES_MAX = 4_000;

    /** Maximum number of addresses of a node. */
    public static final int ADDRESSES_MAX = 8;

    /** Maximum length of an address, in characters. */
    public static final int ADDRESS_MAX = 300;

    /** The membership of a node. */
    public enum Standing {
        /** A member, whether or not it is up. */
        JOINED,
        /** Removed by an administrator: not readmitted until it is told to join. */
        REMOVED,
        /** No longer waited for, because it left or was away for long. It may come back by itself as the same node. */
        CLEANED
    }

    /** Validates the addresses and the times. */
    public RegisteredNode {
        addresses = checked(addresses);
        checked(sinceMs);
        checked(saidMs);
    }

    static void checked(long timeMs) {
        if (timeMs < 0) {
            throw new IllegalArgumentException("A node is registered at " + timeMs + " ms; expected no time below 0");
        }
    }

    static List<String> checked(List<String> addresses) {
        if (addresses.size() > ADDRESSES_MAX
                || addresses.stream().anyMatch(address -> address.isEmpty() || address.length() > ADDRESS_MAX)) {
            throw new IllegalArgumentException("A node has the addresses " + addresses + "; expected at most "
                    + ADDRESSES_MAX + " of 1 to " + ADDRESS_MAX + " characters");
        }
        return List.copyOf(addresses);
    }
}
