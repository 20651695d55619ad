package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPMember;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * The members of the CP subsystem and the other nodes, for taking or vacating a place among them. A question to other nodes fails if it is
 * not answered within a few seconds. Thread-safe; does not block.
 */
interface CpMembers {
    /** Completes with the members, as known to a majority of them. */
    CompletionStage<Collection<CPMember>> all();

    /** Returns a token of the current run; it changes when this node is restarted in this process, or may have come among other nodes. */
    Object start();

    /** Returns whether this node is a member, and knows so. */
    boolean joined();

    /** Returns those of the members that this node was according to a lost log. */
    List<CPMember> former(Collection<CPMember> all);

    /** Returns those of the members that have this node's address but are not this node. */
    List<CPMember> inPlaceOfThis(Collection<CPMember> all);

    /** Returns whether there is another present node at the address of each of these members; then none of their places becomes free. */
    boolean othersHere(Collection<CPMember> all);

    /** Returns whether this node has lost a log that does not tell its identity. */
    boolean logLost();

    /**
     * Completes with whether another node goes first: it is taking its own place, or does not deny that in time.
     *
     * @param waits whether to include nodes that wait for any place and have a lower id than this one
     */
    CompletionStage<Boolean> anybodyIsFirst(boolean waits);

    /**
     * Makes this node a member. Completes once it belongs to all groups too, which does not happen while a majority of the members is
     * absent.
     */
    CompletionStage<Void> promote();

    /** Completes with whether another node waits for a place. */
    CompletionStage<Boolean> anybodyWaits();

    /** Returns whether there may be such a member, as far as this node knows without asking. */
    boolean mayBeMember(UUID member);

    /** Completes with the incomplete groups of a member; empty if a different node is at its address. Fails if nobody answers there. */
    CompletionStage<Optional<int[]>> filling(CPMember member);

    /** Removes a member. Completes once that is certain to happen, or if it is not a member. */
    CompletionStage<Void> takeOff(UUID member);
}
