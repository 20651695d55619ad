package io.wkmq.channel.engine;

import java.util.concurrent.CompletionStage;

/** Where somebody gets the records of a channel from. One read at a time; thread-safe besides. */
public interface RecordSource extends AutoCloseable {
    /**
     * Reads what comes next, and waits for it if there is nothing. Does not block. The stage completes on any thread, also on this one,
     * which must not be blocked: with something, or exceptionally if there will be nothing more.
     *
     * @param count how many records at most
     * @param bytes how many bytes of them; the first one comes however large it is
     */
    CompletionStage<ReadBatch> read(int count, long bytes);

    /** Ends reading; a read that waits fails. */
    @Override
    void close();
}
