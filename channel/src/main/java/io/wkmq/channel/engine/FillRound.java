package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.records.RecordPage;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Fetches what a replica misses from one other node, up to one entry of the log. Runs on a serial executor; blocks it only for disk access.
 */
final class FillRound {
    private final int group;
    private final FillTarget target;
    private final DonorLink link;
    private final Executor executor;
    private long offer;

    /** A local step that may fail. */
    private interface Step {
        void run() throws IOException;
    }

    FillRound(int group, FillTarget target, Donors donors, NodeId donor, Executor executor) {
        this.group = group;
        this.target = target;
        this.link = new DonorLink(donors, donor);
        this.executor = executor;
    }

    /**
     * Begins. Completes on the executor with the log entry that all of the group's rows now reflect; fails with an
     * {@link UncheckedIOException} as the cause if this node's disk fails, with anything else if the other node cannot provide it.
     *
     * @param atLeast the lowest log entry that is acceptable
     */
    CompletionStage<Long> run(long atLeast) {
        return link.hello(group, atLeast).thenComposeAsync(this::all, executor);
    }

    private CompletionStage<Long> all(FillAnswer.Offer made) {
        offer = made.offer();
        local(() -> target.begin(made.index()));
        return page(0).thenCompose(nothing -> link.whole(offset -> new FillQuestion.State(offer, offset)))
                .thenApplyAsync(
                        state -> {
                            local(() -> target.save(state));
                            return made.index();
                        },
                        executor)
                .whenComplete((index, failure) -> link.bye(offer));
    }

    /** Fetches the channels from the given number on. */
    private CompletionStage<Void> page(int from) {
        return link.whole(offset -> new FillQuestion.Rows(offer, from, offset))
                .thenComposeAsync(
                        bytes -> {
                            FillPages.Rows page = FillPages.decodeRows(bytes);
                            return channels(page.rows(), 0).thenComposeAsync(nothing -> saved(from, page), executor);
                        },
                        executor);
    }

    private CompletionStage<Void> saved(int from, FillPages.Rows page) {
        local(target::save);
        if (page.next() == 0) {
            return CompletableFuture.completedFuture(null);
        }
        if (page.next() <= from) {
            throw new CorruptDataException("The channels behind " + from + " go on with " + page.next());
        }
        return page(page.next());
    }

    private CompletionStage<Void> channels(List<FillPages.Row> rows, int at) {
        for (int i = at; i < rows.size(); i++) {
            FillPages.Row row = rows.get(i);
            local(() -> target.begin(row.channel(), row.row()));
            if (target.wants()) {
                int following = i + 1;
                return records()
                        .thenComposeAsync(
                                nothing -> {
                                    target.endChannel();
                                    return channels(rows, following);
                                },
                                executor);
            }
            target.endChannel();
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletionStage<Void> records() {
        return link.records(offer, target.channel(), target.next())
                .thenComposeAsync(
                        part -> {
                            var found = RecordPage.decode(target.channel(), part.page());
                            local(() -> target.append(part.first(), found));
                            return target.wants() ? records() : CompletableFuture.completedFuture(null);
                        },
                        executor);
    }

    private static void local(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
