package io.wkmq.channel.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What nodes have done to repair their replicas.
 *
 * @param done whether all of it is done; else so far
 * @param compared of how many channels the replicas were compared
 * @param nodes one for each node that is here
 */
public record SyncReport(boolean done, long compared, List<Node> nodes) {
    /** Copies the list. */
    public SyncReport {
        nodes = List.copyOf(nodes);
    }

    /**
     * What a node has done.
     *
     * @param node what it is called; null for this one
     * @param scrubbed what it found when it looked through its records
     * @param refilled the channels that it had something else of than most, and fetches or has fetched anew
     * @param problem what is left to be done by somebody; null if nothing is
     */
    public record Node(
            @Nullable String node,
            ScrubReport scrubbed,
            List<String> refilled,
            @Nullable String problem) {
        /** Copies the list. */
        public Node {
            refilled = List.copyOf(refilled);
        }
    }
}
