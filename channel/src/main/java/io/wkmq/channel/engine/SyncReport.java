package io.wkmq.channel.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of repairing replicas.
 *
 * @param done whether it is complete; else the results so far
 * @param compared the number of channels compared
 * @param nodes one for each node that is up
 */
public record SyncReport(boolean done, long compared, List<Node> nodes) {
    /** Copies the list. */
    public SyncReport {
        nodes = List.copyOf(nodes);
    }

    /**
     * The results of one node.
     *
     * @param node its name; null for this one
     * @param scrubbed what its scrub found
     * @param refilled the channels that differed from those of most nodes, and are or were fetched anew
     * @param problem what is left for somebody to do; null if nothing is
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
