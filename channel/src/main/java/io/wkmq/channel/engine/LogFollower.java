package io.wkmq.channel.engine;

import java.io.IOException;

/**
 * Where the log of a group is brought to on one node. Called on the group's loop, with the log's entries in their order; those that were
 * applied before may come again and are left out. Blocks for no longer than the disk takes.
 *
 * <p>After an exception the replica is behind its log for good, and every call fails: the node has to end.
 */
public interface LogFollower {
    /**
     * Applies an operation.
     *
     * @return the answer for who proposed it; none, empty, while the replica is not {@link #whole}
     */
    byte[] apply(long index, byte[] op) throws IOException;

    /** Applies the word that there is another leader. */
    void newTerm(long index) throws IOException;

    /** Fails if no entry can be applied any more, as each would: what is fetched may have failed since the last one. Does nothing else. */
    void requireUsable() throws IOException;

    /** The index of the last entry that was applied. On the group's loop. */
    long applied();

    /**
     * Makes durable what was applied: when this returns the log does not have to keep it any more.
     *
     * @return what another replica has to be given, in place of that part of the log
     * @throws ReplicaBehindException while it is not {@link #whole}: then the log has to keep it
     */
    byte[] snapshot() throws IOException;

    /** The log begins with a snapshot, not with its first entry. A replica that has not applied all that is in front is not whole then. */
    void restore(byte[] snapshot) throws IOException;

    /**
     * Whether it has applied all that it was given. If not, what is missing is being fetched: it cannot be read, has no answers for those who
     * propose, and had better not lead. Any thread.
     */
    boolean whole();

    /** How many entries of the log it misses; 0 while it is {@link #whole}. On the group's loop. */
    long missed();
}
