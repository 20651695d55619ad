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
 * @param applied the index of the last entry that this node has carried out
 * @param whole whether this node's replica has applied all that it was given; else what it misses is being fetched
 * @param missed how many entries this node's replica misses, which are being fetched; 0 if it is whole
 * @param members all nodes that keep it
 */
public record GroupStatus(
        int group,
        @Nullable String leader,
        boolean leads,
        long term,
        long last,
        long committed,
        long applied,
        boolean whole,
        long missed,
        List<Member> members) {
    /** Copies the list. */
    public GroupStatus {
        members = List.copyOf(members);
    }

    /**
     * A node that keeps the log.
     *
     * @param where it is, or was last
     * @param here whether this node has it in its cluster; true of itself
     * @param behind how many entries of the leader's log it is not known to have; null if this node does not lead, or it is this one
     */
    public record Member(
            String where, boolean here, @Nullable Long behind) {}

    /** Where all nodes are that keep it. */
    public List<String> replicas() {
        return members.stream().map(Member::where).toList();
    }

    /** Where those of them are that are here. */
    public List<String> present() {
        return members.stream().filter(Member::here).map(Member::where).toList();
    }
}
