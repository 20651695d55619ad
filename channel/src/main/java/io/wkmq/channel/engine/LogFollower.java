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
     * @return the answer for who proposed it
     */
    byte[] apply(long index, byte[] op) throws IOException;

    /** Applies the word that there is another leader. */
    void newTerm(long index) throws IOException;

    /**
     * Makes durable what was applied: when this returns the log does not have to keep it any more.
     *
     * @return what another replica has to be given, in place of that part of the log
     */
    byte[] snapshot() throws IOException;

    /**
     * The log begins with a snapshot, not with its first entry.
     *
     * @throws MissingEntriesException if this replica has not applied all that is in front of it
     */
    void restore(byte[] snapshot) throws IOException;
}
