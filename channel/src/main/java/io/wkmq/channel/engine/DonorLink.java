package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** Asks one other node for what a replica misses. Stages complete on a thread that must not be blocked. Thread-safe. */
final class DonorLink {
    /** The maximum size of anything fetched in parts, in bytes: more than a message may have. */
    private static final int WHOLE_BYTES_MAX = 600 << 20;

    private final Donors donors;
    private final NodeId donor;

    DonorLink(Donors donors, NodeId donor) {
        this.donors = donors;
        this.donor = donor;
    }

    /** Asks for an offer of a group's checkpoint that covers the log at least up to an entry. */
    CompletionStage<FillAnswer.Offer> hello(int group, long atLeast) {
        return ask(new FillQuestion.Hello(group, atLeast)).thenApply(answer -> {
            if (!(answer instanceof FillAnswer.Offer made) || made.index() < atLeast) {
                throw new CorruptDataException("The answer is " + answer + "; expected an offer of entry " + atLeast);
            }
            return made;
        });
    }

    /** Releases an offer that is not needed any more, instead of leaving it to expire; the answer does not matter. */
    void bye(long offer) {
        var unused = donors.ask(donor, FillCodec.encode(new FillQuestion.Bye(offer)));
    }

    /** Asks for the records of a channel from a given one on. */
    CompletionStage<FillPages.Records> records(long offer, int channel, long from) {
        return whole(offset -> new FillQuestion.Records(offer, channel, from, offset))
                .thenApply(FillPages::decodeRecords);
    }

    /**
     * Asks for the entries of a group's log after a given one, waiting until there are some; none on timeout.
     *
     * @param holdMs how long to wait
     * @param goesOn whether the remaining parts are still wanted; asked after each part but the last, on any thread
     */
    CompletionStage<FillPages.Entries> entries(int group, long after, int holdMs, BooleanSupplier goesOn) {
        return whole(offset -> new FillQuestion.Entries(group, after, holdMs, offset), goesOn)
                .thenApply(FillPages::decodeEntries);
    }

    /** Fetches all parts of an answer. */
    CompletionStage<byte[]> whole(IntFunction<FillQuestion> question) {
        return whole(question, () -> true);
    }

    private CompletionStage<byte[]> whole(IntFunction<FillQuestion> question, BooleanSupplier goesOn) {
        return ask(question.apply(0)).thenCompose(answer -> {
            FillAnswer.Part part = part(answer);
            if (part.bytes().length == part.total()) {
                return CompletableFuture.completedFuture(part.bytes());
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            return rest(question, part.total(), all, part, goesOn);
        });
    }

    private CompletionStage<byte[]> rest(
            IntFunction<FillQuestion> question,
            int total,
            ByteArrayOutputStream all,
            FillAnswer.Part part,
            BooleanSupplier goesOn) {
        if (part.total() != total || part.bytes().length == 0 || all.size() + part.bytes().length > total) {
            throw new CorruptDataException("A part of " + part.bytes().length + " of " + part.total()
                    + " bytes came; expected one of " + total + " behind " + all.size());
        }
        all.writeBytes(part.bytes());
        if (all.size() == total) {
            return CompletableFuture.completedFuture(all.toByteArray());
        }
        return goesOn.getAsBoolean()
                ? ask(question.apply(all.size()))
                        .thenCompose(answer -> rest(question, total, all, part(answer), goesOn))
                : CompletableFuture.failedFuture(new IOException("The rest is not wanted any more"));
    }

    private static FillAnswer.Part part(FillAnswer answer) {
        if (!(answer instanceof FillAnswer.Part part)) {
            throw new CorruptDataException("The answer is " + answer + "; expected a part");
        }
        if (part.total() > WHOLE_BYTES_MAX) {
            throw new CorruptDataException(
                    "The answer has " + part.total() + " bytes; expected up to " + WHOLE_BYTES_MAX);
        }
        return part;
    }

    private CompletionStage<FillAnswer> ask(FillQuestion question) {
        return donors.ask(donor, FillCodec.encode(question)).thenCompose(bytes -> {
            FillAnswer answer = FillCodec.decodeAnswer(bytes);
            return answer instanceof FillAnswer.Refused refused
                    ? CompletableFuture.failedFuture(new IOException("It is refused: " + refused.reason()))
                    : CompletableFuture.completedFuture(answer);
        });
    }
}
