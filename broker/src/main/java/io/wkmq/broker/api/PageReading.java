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
 * Reads one page of a channel's present content in several reads, then closes the reader. If the messages exceed the byte
 * limit, the page takes the first or the last ones, but at least one. Used by one thread at a time: the one on which the last
 * read completed.
 */
final class PageReading {
    /** Memory that a message takes in addition to its size on disk. */
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
     * Creates a reading; {@link #begin()} starts it.
     *
     * @param reader positioned at the start of the page; owned by this object from now on
     * @param to the last requested sequence number
     * @param newest whether the last messages are kept if the byte limit is exceeded
     */
    PageReading(ChannelReader reader, long to, int limit, long bytesMax, boolean newest) {
        this.reader = reader;
        this.limit = limit;
        this.bytesMax = bytesMax;
        this.newest = newest;
        this.last = reader.position() + reader.lag() - 1;
        this.end = Math.min(last, to) + 1;
    }

    /** Starts reading. Does not block. */
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
