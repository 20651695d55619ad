package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import org.jspecify.annotations.Nullable;

/**
 * What was found at an address where a node may be listening.
 *
 * @param address the address that was probed
 * @param kind what was found there
 * @param node the node that answered; null if nobody there proved to be a node of this cluster
 * @param text why this node is not accepted there, or why there is no answer; empty if it is accepted
 */
public record Encounter(
        SeedAddress address, Kind kind, @Nullable Node node, String text) {
    /** The kinds of what may be found at an address. */
    public enum Kind {
        /** This node itself. */
        SELF,
        /** A node that would accept this one, or already has it as a member. */
        TAKES,
        /** A node, or something else, that does not accept this one. */
        REFUSES,
        /** Nothing that answers. */
        SILENT
    }
}
