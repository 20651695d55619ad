package io.wkmq.channel.engine;

import java.util.concurrent.CompletionStage;

/** A source of a channel's records. One read at a time; thread-safe otherwise. */
public interface RecordSource extends AutoCloseable {
    /**
     * Reads the next records, waiting for one if there are none. Does not block. The stage completes on any thread, possibly the calling
     * one, which must not be blocked: with records or a gap, or exceptionally if nothing more will come.
     *
     * @param count the maximum number of records
     * @param bytes the maximum size; a single larger record is returned nevertheless
     */
    CompletionStage<ReadBatch> read(int count, long bytes);

    /** Stops reading; a pending read fails. */
    @Override
    void close();
}
