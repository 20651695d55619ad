package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelLog;
import io.wkmq.channel.NotAppendedException;
import io.wkmq.channel.NotAppendedException.Reason;
import io.wkmq.channel.Receipt;
import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.routing.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** One channel of an engine, as seen by publishers. Thread-safe. */
public final class EngineChannel implements ChannelLog {
    private final Engine engine;
    private final int channel;
    private final String name;
    private final AtomicLong last;

    /**
     * Creates the view of a channel.
     *
     * @param last the sequence number of its last message, 0 if it has none
     */
    public EngineChannel(Engine engine, int channel, String name, long last) {
        this.engine = engine;
        this.channel = channel;
        this.name = name;
        this.last = new AtomicLong(last);
    }

    /**
     * Returns the highest known sequence number: the initial one, or that of a later message published on this node; 0 if there is none.
     */
    long last() {
        return last.get();
    }

    @Override
    public CompletionStage<Receipt> append(Message message, String scope) {
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        engine.append(channel, MessageEntries.entry(message, scope)).whenComplete((appended, failure) -> {
            if (failure == null) {
                complete(receipt, appended);
            } else {
                receipt.completeExceptionally(notAppended(failure, engine.quorum(channel)));
            }
        });
        return receipt;
    }

    private void complete(CompletableFuture<Receipt> receipt, Appended appended) {
        Outcome outcome = appended.outcome();
        switch (outcome) {
            case APPENDED, DUPLICATE -> {
                last.accumulateAndGet(appended.seq(), Math::max);
                receipt.complete(new Receipt(
                        name, appended.seq(), appended.term(), appended.timeMs(), outcome == Outcome.DUPLICATE));
            }
            case CONFLICT ->
                receipt.completeExceptionally(new NotAppendedException(
                        Reason.CONFLICT,
                        "Another message of that name is in channel " + name + " as number " + appended.seq(),
                        null));
            case NO_CHANNEL ->
                receipt.completeExceptionally(
                        new NotAppendedException(Reason.NO_CHANNEL, "Channel " + name + " was removed", null));
        }
    }

    private static NotAppendedException notAppended(Throwable failure, boolean quorum) {
        Throwable cause = Causes.of(failure);
        Reason reason = Reason.NOT_COMMITTED;
        if (cause instanceof LogClosedException) {
            reason = Reason.UNAVAILABLE;
        } else if (!quorum) {
            reason = Reason.NO_QUORUM;
        } else if (cause instanceof OverloadedException) {
            reason = Reason.BUSY;
        }
        return new NotAppendedException(reason, String.valueOf(cause.getMessage()), cause);
    }
}
