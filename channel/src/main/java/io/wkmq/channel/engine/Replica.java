package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.GroupRows;
import java.io.IOException;
import java.util.Set;

/** A node's state of a group, up to the last applied entry of the group's log. Confined to its loop, except for {@link #sync}. */
interface Replica {
    /** Returns the group's number. */
    int group();

    /** Returns the index of the last applied entry of the group's log. */
    long applied();

    /** Applies an entry of the log, unless it was applied before. Returns the answer for the proposer. */
    byte[] apply(long index, byte[] op) throws IOException;

    /** Applies an entry that starts a new leadership term. */
    void newTerm(long index);

    /** Returns whether an entry takes space, so that it must be refused when there is little. */
    boolean takesSpace(byte[] op);

    /** Passes what was applied to the operating system. Called after a batch of entries, before they are answered. */
    void flush() throws IOException;

    /** Makes what was applied visible to readers. Called after a batch of entries. */
    void settle() throws IOException;

    /** Returns the index of the last entry in the last checkpoint. */
    long checkpointed();

    /** Returns whether anything is not in the last checkpoint. */
    default boolean changed() {
        return applied() > checkpointed();
    }

    /** Returns whether so much has changed that a checkpoint is needed to free memory. */
    boolean crowded();

    /** Returns the maximum time in ms from a change to its checkpoint; 0 if there is no limit. */
    default long checkpointWithinMs() {
        return 0;
    }

    /** Returns the rows for a checkpoint. The records must be synced before these are written. */
    GroupRows checkpoint() throws IOException;

    /** Makes the records durable. Callable from any thread; blocks. */
    void sync() throws IOException;

    /** Reports that the rows of the last checkpoint are on disk. */
    void saved();

    /**
     * Removes a channel, ends its readers, and deletes its files. Requires that all rows are saved and the channel's own says that it is
     * gone.
     */
    void forsake(int channel) throws IOException;

    /**
     * Releases its rows and files: until {@link #resume} others change them, and nothing is applied or read. Requires that the last
     * checkpoint contains everything applied.
     *
     * @return the channels whose records remain open for their readers
     */
    Set<Integer> pause() throws IOException;

    /** Reloads the state from the table, replacing all earlier state. */
    void resume() throws IOException;
}
