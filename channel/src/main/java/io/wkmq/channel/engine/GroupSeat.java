package io.wkmq.channel.engine;

import java.util.Collection;

/**
 * The place of one reader among those that share the records of a channel: he is given some that nobody else has, and says of each what
 * became of it. Thread-safe.
 */
public interface GroupSeat extends RecordSource {
    /** The reader is being sent that record: from now on it counts as given to him. */
    void sent(long seq);

    /** The reader has done with that record. It need not be his any more. */
    void done(long seq);

    /** The reader cannot do with that record: another one gets it, or he gets it again. */
    void refused(long seq);

    /** The reader has not begun with these: as if he had never been given them. */
    void giveBack(Collection<Long> seqs);

    /** Others get what the reader has not done with. */
    @Override
    void close();

    /** Runs that when the reader will be given nothing more: others have his place, or the group cannot go on. */
    void whenEnded(Runnable action);
}
