package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.records.RecordPage;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;

/**
 * Fetches what a replica misses from one other node, up to one entry of the log. Works on an executor that does one thing at a time; blocks it
 * for no longer than the disk takes.
 */
final class FillRound {
    /** The most bytes of what is fetched in parts: more than a message may have. */
    private static final int WHOLE_BYTES_MAX = 600 << 20;

    private final int group;
    private final FillTarget target;
    private final Donors donors;
    private final NodeId donor;
    private final Executor executor;
    private long offer;

    /** What may fail on this node. */
    private interface Step {
        void run() throws IOException;
    }

    FillRound(int group, FillTarget target, Donors donors, NodeId donor, Executor executor) {
        this.group = group;
        this.target = target;
        this.donors = donors;
        this.donor = donor;
        this.executor = executor;
    }

    /**
     * Begins. Completes with the entry up to which the group's rows have all now, on the executor; exceptionally with an
     * {@link UncheckedIOException} as the cause if this node's disk does not work, with anything else if the other node has it not.
     *
     * @param atLeast the entry up to which is wanted
     */
    CompletionStage<Long> run(long atLeast) {
        return ask(new FillQuestion.Hello(group, atLeast)).thenComposeAsync(answer -> all(answer, atLeast), executor);
    }

    private CompletionStage<Long> all(FillAnswer answer, long atLeast) {
        if (!(answer instanceof FillAnswer.Offer made) || made.index() < atLeast) {
            throw new CorruptDataException("The answer is " + answer + "; expected an offer of entry " + atLeast);
        }
        offer = made.offer();
        local(() -> target.begin(made.index()));
        return page(0).thenCompose(nothing -> whole(offset -> new FillQuestion.State(offer, offset)))
                .thenApplyAsync(
                        state -> {
                            local(() -> target.save(state));
                            return made.index();
                        },
                        executor)
                .whenComplete((index, failure) -> {
                    // else it was kept for a while; the answer does not matter
                    var unused = donors.ask(donor, FillCodec.encode(new FillQuestion.Bye(offer)));
                });
    }

    /** The channels from that one on. */
    private CompletionStage<Void> page(int from) {
        return whole(offset -> new FillQuestion.Rows(offer, from, offset))
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
        return whole(offset -> new FillQuestion.Records(offer, target.channel(), target.next(), offset))
                .thenComposeAsync(
                        bytes -> {
                            FillPages.Records part = FillPages.decodeRecords(bytes);
                            var found = RecordPage.decode(target.channel(), part.page());
                            local(() -> target.append(part.first(), found));
                            return target.wants() ? records() : CompletableFuture.completedFuture(null);
                        },
                        executor);
    }

    /** All parts of an answer. */
    private CompletionStage<byte[]> whole(IntFunction<FillQuestion> question) {
        return ask(question.apply(0)).thenCompose(answer -> {
            FillAnswer.Part part = part(answer);
            if (part.bytes().length == part.total()) {
                return CompletableFuture.completedFuture(part.bytes());
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            return rest(question, part.total(), all, part);
        });
    }

    private CompletionStage<byte[]> rest(
            IntFunction<FillQuestion> question, int total, ByteArrayOutputStream all, FillAnswer.Part part) {
        if (part.total() != total || part.bytes().length == 0 || all.size() + part.bytes().length > total) {
            throw new CorruptDataException("A part of " + part.bytes().length + " of " + part.total()
                    + " bytes came; expected one of " + total + " behind " + all.size());
        }
        all.writeBytes(part.bytes());
        return all.size() == total
                ? CompletableFuture.completedFuture(all.toByteArray())
                : ask(question.apply(all.size())).thenCompose(answer -> rest(question, total, all, part(answer)));
    }

    private static FillAnswer.Part part(FillAnswer answer) {
        if (answer instanceof FillAnswer.Part part && part.total() <= WHOLE_BYTES_MAX) {
            return part;
        }
        throw new CorruptDataException("The answer is " + answer + "; expected a part");
    }

    private CompletionStage<FillAnswer> ask(FillQuestion question) {
        return donors.ask(donor, FillCodec.encode(question)).thenCompose(bytes -> {
            FillAnswer answer = FillCodec.decodeAnswer(bytes);
            return answer instanceof FillAnswer.Refused refused
                    ? CompletableFuture.failedFuture(new IOException("It is refused: " + refused.reason()))
                    : CompletableFuture.completedFuture(answer);
        });
    }

    private static void local(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
