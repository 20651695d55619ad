package io.wkmq.cluster.membership;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one node sees it, for administrators. Nodes on two sides of a cut see different ones.
 *
 * @param self the node that says so
 * @param running the nodes that are here, this one first
 * @param stopped the nodes that are known and not here, those that went last first
 * @param cuts pairs of nodes that are here and do not reach each other
 * @param heals how often the cluster was split and became one again
 * @param keptOut why this node is not in a cluster of others: it left, or none takes it; null if it is or may be
 */
public record MembershipStatus(
        Node self,
        List<Running> running,
        List<Stopped> stopped,
        List<Cut> cuts,
        Heals heals,
        @Nullable KeptOut keptOut) {
    /** Copies the lists. */
    public MembershipStatus {
        running = List.copyOf(running);
        stopped = List.copyOf(stopped);
        cuts = List.copyOf(cuts);
    }

    /**
     * A node that is here.
     *
     * @param members where it takes members; null if that is not known yet
     * @param since when this node saw it come; its own start for itself
     */
    public record Running(Peer peer, @Nullable SeedAddress members, Instant since) {}

    /**
     * A node that is not here.
     *
     * @param name what it is or was called; null if nobody knew
     * @param since when this node saw it go, or knows of it by a file; for one that is removed when that was done, for one that is
     *     refused when it tried last
     */
    public record Stopped(NodeId id, @Nullable NodeName name, Instant since, Reason why) {}

    /** Why a node is not here. */
    public enum Reason {
        /** It does not run, or is out of reach. It comes back by itself. */
        DEAD,
        /** It was told to leave, or to join another cluster. */
        LEFT,
        /** It was removed, and does not come back before it is told to join. */
        REMOVED,
        /** It was removed, runs, and wants to come back. */
        DENIED
    }

    /**
     * Two nodes that are here and do not reach each other, or at least one does not reach the other.
     *
     * @param since when this node noticed
     */
    public record Cut(Node one, Node other, Instant since) {
        /** A sentence for logs and administrators. */
        @Override
        public String toString() {
            return "nodes " + one.name() + " and " + other.name() + " do not reach each other";
        }
    }

    /**
     * Splits that healed.
     *
     * @param count how many since this node's start
     * @param failed how often this node gave up its cluster for another and did not get there
     */
    public record Heals(long count, long failed, @Nullable Heal last) {}

    /**
     * A split that healed.
     *
     * @param at when this node saw the first of the others again
     * @param stayed those with whom this node was during the split, this one first
     * @param cameBack the nodes of the other part or parts, as far as they are back
     * @param apart how long the longest of them was away
     */
    public record Heal(Instant at, List<Node> stayed, List<Node> cameBack, Duration apart) {
        /** Copies the lists. */
        public Heal {
            stayed = List.copyOf(stayed);
            cameBack = List.copyOf(cameBack);
        }
    }

    /**
     * This node left, or is refused.
     *
     * @param why in words; of the other node, if one refuses it
     * @param left whether it was told to leave, so that all is as it should be
     */
    public record KeptOut(String why, boolean left) {}
}
