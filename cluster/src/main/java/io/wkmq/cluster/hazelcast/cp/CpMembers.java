package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPMember;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * The members of the CP subsystem and the nodes beside them, for who takes or makes a place among them. What is asked of others fails if it
 * is not answered in some seconds. Thread-safe; does not block.
 */
interface CpMembers {
    /** The members, as a majority of them knows. */
    CompletionStage<Collection<CPMember>> all();

    /** Says as which they are asked now: something else once this node was started again in this process, or may be among others. */
    Object start();

    /** Whether this node is one of them, and knows that. */
    boolean joined();

    /** Those that this node was by a log that is lost. */
    List<CPMember> former(Collection<CPMember> all);

    /** Those that are where this node is, and are not this node. */
    List<CPMember> inPlaceOfThis(Collection<CPMember> all);

    /** Whether another node than this is where each of these is: then no place of theirs becomes free. */
    boolean othersHere(Collection<CPMember> all);

    /** Whether this node's log was lost, and does not say who it was by that. */
    boolean logLost();

    /**
     * Whether another node comes before this one: it takes its own place, or does not say in time that it does not.
     *
     * @param waits or wants a place too, and is asked first of all that do
     */
    CompletionStage<Boolean> anybodyIsFirst(boolean waits);

    /** Makes this node a member. Completes when it is one of all groups too: that takes as long as most of the others are not here. */
    CompletionStage<Void> promote();

    /** Whether a node waits for a place. */
    CompletionStage<Boolean> anybodyWaits();

    /** Whether one may be a member, as this node knows without asking anybody. */
    boolean mayBeMember(UUID member);

    /** The groups of which a member misses something; empty if another one is where that was. Fails if nobody answers there. */
    CompletionStage<Optional<int[]>> filling(CPMember member);

    /** Takes one off them. Completes when that is sure to happen, or it is none of them. */
    CompletionStage<Void> takeOff(UUID member);
}
