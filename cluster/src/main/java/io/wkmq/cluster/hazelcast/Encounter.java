package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is found at an address where a node may be.
 *
 * @param address where
 * @param kind what is there
 * @param node who answered; null if nobody has proved to be a node of this cluster
 * @param text why this node is not taken there, or why there is no answer; empty if it is
 */
public record Encounter(
        SeedAddress address, Kind kind, @Nullable Node node, String text) {
    /** What is at an address. */
    public enum Kind {
        /** This very node. */
        SELF,
        /** A node that takes this one, or has it as a member. */
        TAKES,
        /** A node, or something else, that does not take this one. */
        REFUSES,
        /** Nothing that answers. */
        SILENT
    }
}
