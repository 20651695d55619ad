package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;

/**
 * Receives the events of a member. Called on Hazelcast's threads, partly under its locks: implementations must only post to another thread.
 */
interface MemberEvents {
    /** The member list has changed. */
    void membersChanged();

    /** A connection to another member was closed. */
    void connectionLost(Address address);

    /** This member, which leads, has told the others to enter another cluster and is about to do so itself. */
    void mergeAhead();

    /** This member leaves its cluster to enter another. */
    void merging();

    /** This member is in a cluster again: the other one, or one of its own if the merge failed. */
    void merged();

    /** The member has shut down. */
    void stopped();
}
