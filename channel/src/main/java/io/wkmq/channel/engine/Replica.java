package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.GroupRows;
import java.io.IOException;
import java.util.Set;

/** What a node has of a group, as far as the group's log was applied. Belongs to its loop, but for {@link #sync}. */
interface Replica {
    /** The group's number. */
    int group();

    /** The index of the last entry of the group's log that was applied. */
    long applied();

    /** Applies an entry of the log; nothing if it was applied before. Returns the answer for who proposed it. */
    byte[] apply(long index, byte[] op) throws IOException;

    /** Applies an entry that says that there is another leader. */
    void newTerm(long index);

    /** Whether an entry of the log takes space, so that it is refused when there is little. */
    boolean takesSpace(byte[] op);

    /** Hands what was applied to the operating system. To be called behind some entries, before they are answered. */
    void flush() throws IOException;

    /** What was applied can be seen. To be called behind some entries, before they are answered. */
    void settle() throws IOException;

    /** The index of the last entry that is in the last checkpoint. */
    long checkpointed();

    /** Whether there is something that is not in the last checkpoint. */
    default boolean changed() {
        return applied() > checkpointed();
    }

    /** Whether so much has changed that memory needs a checkpoint. */
    boolean crowded();

    /** Within how many ms of a change there should be a checkpoint, if none comes for other reasons; 0 if that does not matter. */
    default long checkpointWithinMs() {
        return 0;
    }

    /** The rows for a checkpoint. The records have to be synced before they are written. */
    GroupRows checkpoint() throws IOException;

    /** Makes the records durable. Any thread; blocks. */
    void sync() throws IOException;

    /** The rows of the last checkpoint are on disk. */
    void saved();

    /** Ends with a channel, whoever reads it, and deletes its files. When all rows are saved, and its own says that it is gone. */
    void forsake(int channel) throws IOException;

    /**
     * Lets go of its rows and files: others change them until {@link #resume}, and nothing is applied or read. When the last checkpoint has
     * all that was applied.
     *
     * @return the channels whose records are begun all the same, for who reads them
     */
    Set<Integer> pause() throws IOException;

    /** Takes up what the table has now, in place of all that it had. */
    void resume() throws IOException;
}
