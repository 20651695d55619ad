package io.wkmq.channel.engine;

import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.RecordPage;
import io.wkmq.channel.records.RecordRebuild;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * Rebuilds the damaged record files of a channel with records from one other node. The channel must stay in use, and nothing more may be
 * written to these files. Runs on an executor that runs one task at a time, and blocks it no longer than the disk takes.
 */
final class Repair {
    private final int group;
    private final int channel;
    private final long next;
    private final RecordStore records;
    private final DonorLink link;
    private final Executor executor;
    private final Pace pace;
    private final LongConsumer reached;
    private long offer;
    private long fetched;

    /**
     * Creates a repair of the records before {@code next}.
     *
     * @param next the number after the last lost record
     * @param pace throttles fetching
     * @param reached told the number before which everything is restored, whenever that advances
     */
    Repair(
            int group,
            int channel,
            long next,
            RecordStore records,
            DonorLink link,
            Executor executor,
            Pace pace,
            LongConsumer reached) {
        this.group = group;
        this.channel = channel;
        this.next = next;
        this.records = records;
        this.link = link;
        this.executor = executor;
        this.pace = pace;
        this.reached = reached;
    }

    /**
     * Starts the repair. Completes on the executor with the number of fetched records once they are durable here; fails if that is not
     * possible.
     *
     * @param from the first lost record
     */
    CompletionStage<Long> run(long from) {
        return link.hello(group, 0)
                .thenComposeAsync(
                        made -> {
                            offer = made.offer();
                            return files(from)
                                    .thenApply(nothing -> fetched)
                                    .whenComplete((count, failure) -> link.bye(offer));
                        },
                        executor);
    }

    /** Repairs the files with the records from this one on. */
    private CompletionStage<Void> files(long at) {
        if (at >= next) {
            return CompletableFuture.completedFuture(null);
        }
        RecordRebuild rebuild = records.rebuild(channel, at);
        return file(rebuild)
                .whenCompleteAsync(
                        (nothing, failure) -> {
                            if (failure != null) {
                                abandon(rebuild, failure);
                            }
                        },
                        executor)
                .thenComposeAsync(
                        nothing -> {
                            reached.accept(rebuild.end());
                            return files(rebuild.end());
                        },
                        executor);
    }

    private CompletionStage<Void> file(RecordRebuild rebuild) {
        try {
            long lost = rebuild.proceed();
            if (lost == rebuild.end()) {
                rebuild.finish();
                return CompletableFuture.completedFuture(null);
            }
            return link.records(offer, channel, lost)
                    .thenComposeAsync(
                            page -> {
                                take(rebuild, lost, page);
                                return pace.passed(page.page().length);
                            },
                            executor)
                    .thenComposeAsync(nothing -> file(rebuild), executor);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void take(RecordRebuild rebuild, long lost, FillPages.Records page) {
        if (page.first() > lost) {
            throw new CorruptDataException("Record " + lost + " was removed from the channel on the other node");
        }
        List<ChannelRecord> found = RecordPage.decode(channel, page.page());
        try {
            fetched += rebuild.take(found);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void abandon(RecordRebuild rebuild, Throwable failure) {
        try {
            rebuild.abandon();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
