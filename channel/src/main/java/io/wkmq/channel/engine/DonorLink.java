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
    /** The most bytes of what is fetched in parts: more than a message may have. */
    private static final int WHOLE_BYTES_MAX = 600 << 20;

    private final Donors donors;
    private final NodeId donor;

    DonorLink(Donors donors, NodeId donor) {
        this.donors = donors;
        this.donor = donor;
    }

    /** What the other node has of a group, up to an entry of its log at least. */
    CompletionStage<FillAnswer.Offer> hello(int group, long atLeast) {
        return ask(new FillQuestion.Hello(group, atLeast)).thenApply(answer -> {
            if (!(answer instanceof FillAnswer.Offer made) || made.index() < atLeast) {
                throw new CorruptDataException("The answer is " + answer + "; expected an offer of entry " + atLeast);
            }
            return made;
        });
    }

    /** An offer is not needed any more: else it was kept for a while; the answer does not matter. */
    void bye(long offer) {
        var unused = donors.ask(donor, FillCodec.encode(new FillQuestion.Bye(offer)));
    }

    /** The records of a channel from one on. */
    CompletionStage<FillPages.Records> records(long offer, int channel, long from) {
        return whole(offset -> new FillQuestion.Records(offer, channel, from, offset))
                .thenApply(FillPages::decodeRecords);
    }

    /**
     * The entries of a group's log behind one, when there are some; none if that takes long.
     *
     * @param holdMs how long that may take
     * @param goesOn asked with each part but the last: whether the others are wanted. Any thread
     */
    CompletionStage<FillPages.Entries> entries(int group, long after, int holdMs, BooleanSupplier goesOn) {
        return whole(offset -> new FillQuestion.Entries(group, after, holdMs, offset), goesOn)
                .thenApply(FillPages::decodeEntries);
    }

    /** All parts of an answer. */
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
