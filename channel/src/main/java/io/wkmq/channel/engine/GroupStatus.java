package io.wkmq.channel.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log of a group, as one node sees it.
 *
 * @param group its number; the registry's is behind all others
 * @param leader where the node is that says what gets into it; null if there is none
 * @param leads whether that is this one
 * @param term how often a leader was looked for
 * @param last the index of the last entry that this node has
 * @param committed the index of the last entry that cannot be lost any more, as far as this node knows
 * @param replicas where all nodes are that keep it
 */
public record GroupStatus(
        int group,
        @Nullable String leader,
        boolean leads,
        long term,
        long last,
        long committed,
        List<String> replicas) {
    /** Copies the list. */
    public GroupStatus {
        replicas = List.copyOf(replicas);
    }
}
