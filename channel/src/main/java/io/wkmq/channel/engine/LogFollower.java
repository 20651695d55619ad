package io.wkmq.channel.engine;

import java.io.IOException;

/**
 * The replica that applies the log of a group on one node. Called on the group's loop with the log's entries in order; entries applied
 * before may be repeated and are ignored. Blocks no longer than the disk takes.
 *
 * <p>After an exception the replica stays behind its log permanently, and every call fails: the node must end.
 */
public interface LogFollower {
    /**
     * Applies an operation.
     *
     * @return the answer for the proposer; empty while the replica is not {@link #whole}
     */
    byte[] apply(long index, byte[] op) throws IOException;

    /** Applies an entry that starts a new leadership term. */
    void newTerm(long index) throws IOException;

    /** Fails if no more entries can be applied, because fetching may have failed since the last one. Has no other effect. */
    void requireUsable() throws IOException;

    /** Returns the index of the last applied entry. On the group's loop. */
    long applied();

    /**
     * Makes everything applied durable: on return the log need not keep it any longer.
     *
     * @return the snapshot to give another replica in place of that part of the log
     * @throws ReplicaBehindException while the replica is not {@link #whole}: the log must keep the entries then
     */
    byte[] snapshot() throws IOException;

    /**
     * Reports that the log starts with a snapshot instead of its first entry. A replica that has not applied everything before it is no
     * longer whole.
     */
    void restore(byte[] snapshot) throws IOException;

    /**
     * Returns whether the replica has applied everything it was given. If not, what is missing is being fetched: it cannot be read, has no
     * answers for proposers, and should not lead. Callable from any thread.
     */
    boolean whole();

    /** Returns how many entries of the log are missing; 0 while it is {@link #whole}. On the group's loop. */
    long missed();
}
