package io.wkmq.channel.registry;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the registry says of a node.
 *
 * @param id its identity, for ever
 * @param name what it is or was called; null if nobody knew
 * @param addresses where it is or was met last: where it takes members first; at most {@value #ADDRESSES_MAX}
 * @param replica by which those who keep the logs together know it: another one once it has lost its disk; null if it keeps none
 * @param standing whether it belongs to the others
 * @param sinceMs since when that is so, ms since the epoch, by the clock of who said it
 * @param saidMs when an administrator said last that it is removed, or may come back; 0 if never. Never falls
 */
public record RegisteredNode(
        NodeId id,
        @Nullable NodeName name,
        List<String> addresses,
        @Nullable UUID replica,
        Standing standing,
        long sinceMs,
        long saidMs) {
    /** So many nodes has a registry at most. */
    public static final int NODES_MAX = 4_000;

    /** So many addresses has a node at most. */
    public static final int ADDRESSES_MAX = 8;

    /** So long is one at most, in characters. */
    public static final int ADDRESS_MAX = 300;

    /** Whether a node belongs to the others. */
    public enum Standing {
        /** It does, be it here or not. */
        JOINED,
        /** An administrator took it out: it is not taken until it is told to join. */
        REMOVED,
        /** Nobody waits for it any more: it left, or is away for long. It may come back by itself, as what it was. */
        CLEANED
    }

    /** Checks the addresses and the times. */
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
