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
 * @param self the reporting node
 * @param running the nodes that are present, this one first
 * @param stopped the nodes that are known and absent, most recently gone first
 * @param cuts pairs of present nodes that do not reach each other
 * @param heals how often the cluster was split and became one again
 * @param keptOut why this node is not in a cluster of others: it left, or none accepts it; null if it is or may be
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
     * A node that is present.
     *
     * @param members the address of its membership port; null if not known yet
     * @param since when this node saw it come; for itself, when it started
     */
    public record Running(Peer peer, @Nullable SeedAddress members, Instant since) {}

    /**
     * A node that is absent.
     *
     * @param name its last known name; null if unknown
     * @param since when this node saw it go, or learned of it from a file; for a removed node when it was removed, for a refused
     *     one when it tried last
     */
    public record Stopped(NodeId id, @Nullable NodeName name, Instant since, Reason why) {}

    /** Why a node is absent. */
    public enum Reason {
        /** It does not run, or is unreachable. It comes back by itself. */
        DEAD,
        /** It was told to leave, or to join another cluster. */
        LEFT,
        /** It was removed, and does not come back before it is told to join. */
        REMOVED,
        /** It was removed, is running, and tries to come back. */
        DENIED
    }

    /**
     * Two present nodes of which at least one does not reach the other.
     *
     * @param since when this node noticed
     */
    public record Cut(Node one, Node other, Instant since) {
        /** Returns a sentence for logs and administrators. */
        @Override
        public String toString() {
            return "nodes " + one.name() + " and " + other.name() + " do not reach each other";
        }
    }

    /**
     * Splits that have healed.
     *
     * @param count the number since this node's start
     * @param failed how often this node gave up its cluster for another one and did not get there
     */
    public record Heals(long count, long failed, @Nullable Heal last) {}

    /**
     * A split that has healed.
     *
     * @param at when this node saw the first of the others again
     * @param stayed the nodes on this node's side of the split, this one first
     * @param cameBack the nodes of the other part or parts that are back
     * @param apart how long the one that was away longest was away
     */
    public record Heal(Instant at, List<Node> stayed, List<Node> cameBack, Duration apart) {
        /** Copies the lists. */
        public Heal {
            stayed = List.copyOf(stayed);
            cameBack = List.copyOf(cameBack);
        }
    }

    /**
     * This node has left, or is refused.
     *
     * @param why the reason in words; given by the other node if one refuses it
     * @param left whether it was told to leave, so that this is intended
     */
    public record KeptOut(String why, boolean left) {}
}
