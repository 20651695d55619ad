package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelLog;
import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.routing.Message;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One channel of an engine as those see it who publish. Thread-safe. */
public final class EngineChannel implements ChannelLog {
    private final LocalEngine engine;
    private final int channel;

    /** The channel of that number. */
    public EngineChannel(LocalEngine engine, int channel) {
        this.engine = engine;
        this.channel = channel;
    }

    @Override
    public CompletionStage<Long> append(Message message) {
        return engine.append(channel, MessageEntries.entry(message, message.publisher()))
                .thenCompose(this::seq);
    }

    private CompletionStage<Long> seq(Appended appended) {
        Outcome outcome = appended.outcome();
        return switch (outcome) {
            case APPENDED, DUPLICATE -> CompletableFuture.completedFuture(appended.seq());
            case CONFLICT ->
                CompletableFuture.failedFuture(
                        new IOException("Another message of that name is in the channel as number " + appended.seq()));
            case NO_CHANNEL -> CompletableFuture.failedFuture(new ChannelGoneException(channel));
        };
    }
}
