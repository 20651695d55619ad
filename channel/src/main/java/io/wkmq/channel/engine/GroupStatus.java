package io.wkmq.channel.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The status of a group's log, as seen by one node.
 *
 * @param group the group's number; the registry's follows all others
 * @param leader the leader's address; null if there is none
 * @param leads whether this node is the leader
 * @param term the current Raft term
 * @param last the index of the last entry in this node's log
 * @param committed the commit index, as far as this node knows
 * @param applied the index of the last entry applied on this node
 * @param whole whether this node's replica is complete; otherwise what it misses is being fetched
 * @param missed number of entries being fetched; 0 if the replica is whole
 * @param members all nodes that keep the log
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
     * @param where its current or last address
     * @param here whether it is present in this node's cluster; always true of this node
     * @param behind how many entries of the leader's log it is not known to have; null if this node does not lead, or is the member
     *     itself
     */
    public record Member(
            String where, boolean here, @Nullable Long behind) {}

    /** Returns the addresses of all members. */
    public List<String> replicas() {
        return members.stream().map(Member::where).toList();
    }

    /** Returns the addresses of the members that are present. */
    public List<String> present() {
        return members.stream().filter(Member::here).map(Member::where).toList();
    }
}
