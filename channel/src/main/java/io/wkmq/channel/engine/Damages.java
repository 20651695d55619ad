package io.wkmq.channel.engine;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Receives reports of damaged records on this node's disk, and has them repaired. Thread-safe; does not block. */
interface Damages {
    /**
     * Reports that some records of a channel in use are lost.
     *
     * @param from the first lost record
     * @param next the record after the last lost one
     * @return completes when the records are here again, or have become irrelevant; fails if they cannot be obtained now. Null if there
     *     is nowhere to obtain them from
     */
    @Nullable
    CompletionStage<Void> found(int channel, long from, long next);

    /** Notes that a scrub of a channel begins: what it finds lost will be reported anew. */
    void looking(int channel);

    /** Notes that a channel's records before a number are irrelevant; the maximum value stands for all records, forever. */
    void forget(int channel, long first);

    /** Returns the current damage, for operators; null if there is none. */
    @Nullable
    String trouble();
}
