package io.wkmq.channel.engine;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Is told of records that are not on this node's disk as they were written. Thread-safe; does not block. */
interface Damages {
    /**
     * Some records of a channel that is in use are lost.
     *
     * @param from the first of them
     * @param next the one behind the last
     * @return completes when they are here again, or do not count any more; exceptionally if they do not come now. Null if there is no place
     *     that they could come from
     */
    @Nullable
    CompletionStage<Void> found(int channel, long from, long next);

    /** A channel is looked through from now on: what is lost is told anew. */
    void looking(int channel);

    /** A channel's records in front of a number do not count any more; none of them ever if that is the highest there is. */
    void forget(int channel, long first);

    /** What is lost now, for an operator; null if nothing is. */
    @Nullable
    String trouble();
}
