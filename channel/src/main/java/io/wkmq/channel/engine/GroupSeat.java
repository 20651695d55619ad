package io.wkmq.channel.engine;

import java.util.Collection;

/**
 * A reader's place in a group that shares the records of a channel: it is given records that no other reader has, and reports what became
 * of each. Thread-safe.
 */
public interface GroupSeat extends RecordSource {
    /** Notes that a record is being sent to the client: from now on it counts as a delivery. */
    void sent(long seq);

    /** Notes that the reader is done with a record. The record need not be assigned to it any more. */
    void done(long seq);

    /** Notes that the reader cannot process a record: it is given to another one, or again to this one. */
    void refused(long seq);

    /** Returns records that the reader has not begun to process: they do not count as deliveries. */
    void giveBack(Collection<Long> seqs);

    /** Leaves the group: others get what this reader is not done with. */
    @Override
    void close();

    /** Runs an action when the reader will be given nothing more: others have its place, or the group cannot go on. */
    void whenEnded(Runnable action);
}
