package io.wkmq.broker.api;

import io.wkmq.channel.engine.ChannelReader;
import io.wkmq.channel.engine.ReadBatch;
import io.wkmq.channel.engine.ReadBatch.Gap;
import io.wkmq.channel.records.ChannelRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads one page of what a channel has now, read after read, and closes the reader. Of more than the bytes that it may have it takes the
 * first ones, or the last ones; one message in any case. Used by one thread at a time, that on which the last read has completed.
 */
final class PageReading {
    /** What a message takes besides what it takes on disk. */
    private static final long MESSAGE_BYTES = 160;

    private final ChannelReader reader;
    private final int limit;
    private final long bytesMax;
    private final boolean newest;
    private final long last;
    private final long end;
    private final ArrayDeque<ChannelRecord> records = new ArrayDeque<>();
    private final CompletableFuture<ChannelPage> page = new CompletableFuture<>();
    private @Nullable Gap gap;
    private long bytes;
    private boolean full;

    /**
     * To be begun.
     *
     * @param reader stands where the page begins; belongs to this from now on
     * @param to the last sequence number that is wanted
     * @param newest whether of too many bytes the last ones are taken
     */
    PageReading(ChannelReader reader, long to, int limit, long bytesMax, boolean newest) {
        this.reader = reader;
        this.limit = limit;
        this.bytesMax = bytesMax;
        this.newest = newest;
        this.last = reader.position() + reader.lag() - 1;
        this.end = Math.min(last, to) + 1;
    }

    /** Reads. Does not block. */
    CompletionStage<ChannelPage> begin() {
        var unused = page.whenComplete((read, failure) -> reader.close());
        readOn();
        return page;
    }

    private void readOn() {
        while (!full && reader.position() < end) {
            int count = (int) Math.min(limit, end - reader.position());
            CompletableFuture<ReadBatch> batch =
                    reader.read(count, Math.max(1, bytesMax - bytes)).toCompletableFuture();
            if (!batch.isDone() || batch.isCompletedExceptionally()) {
                var unused = batch.whenComplete(this::arrived);
                return;
            }
            take(batch.join());
        }
        page.complete(new ChannelPage(gap, List.copyOf(records), next(), last));
    }

    private void arrived(@Nullable ReadBatch batch, @Nullable Throwable failure) {
        if (batch == null) {
            page.completeExceptionally(failure == null ? new IllegalStateException("A read has no result") : failure);
            return;
        }
        take(batch);
        readOn();
    }

    private void take(ReadBatch batch) {
        Gap missing = batch.gap();
        if (missing != null && records.isEmpty()) {
            gap = gap == null ? missing : new Gap(gap.first(), missing.last());
        }
        for (ChannelRecord record : batch.records()) {
            if (full || record.seq() >= end) {
                return;
            }
            take(record);
        }
    }

    private void take(ChannelRecord record) {
        long more = bytes(record);
        if (!newest && !records.isEmpty() && bytes + more > bytesMax) {
            full = true;
            return;
        }
        records.addLast(record);
        bytes += more;
        while (newest && bytes > bytesMax && records.size() > 1) {
            bytes -= bytes(records.removeFirst());
        }
        full = records.size() == limit;
    }

    private static long bytes(ChannelRecord record) {
        return MESSAGE_BYTES + record.bytes();
    }

    private long next() {
        ChannelRecord taken = records.peekLast();
        long next = taken == null ? reader.position() : taken.seq() + 1;
        return next < end ? next : 0;
    }
}
