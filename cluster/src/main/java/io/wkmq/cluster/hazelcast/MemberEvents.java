package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;

/** What happens to a member. Called on Hazelcast's threads, partly under its locks: must only post to another thread. */
interface MemberEvents {
    /** There are other members than before. */
    void membersChanged();

    /** A connection to another member was closed. */
    void connectionLost(Address address);

    /** This member, which leads, tells the others to enter another cluster, and will do so itself in a moment. */
    void mergeAhead();

    /** This member gives up its cluster to enter another. */
    void merging();

    /** This member is in a cluster again: the other, or one of its own if that failed. */
    void merged();

    /** The member has shut down. */
    void stopped();
}
