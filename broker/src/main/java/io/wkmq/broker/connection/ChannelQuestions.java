package io.wkmq.broker.connection;

import io.wkmq.channel.registry.ChannelDefinition;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Answers the questions that clients may ask about channels, apart from replays. A port of this package, implemented by the
 * API. Thread-safe and non-blocking; the returned stages always complete normally.
 */
public interface ChannelQuestions {
    /** Returns the name of the answering node. */
    String node();

    /**
     * Returns the requested messages of a channel as JSON, or a JSON error object.
     *
     * @param name the channel's name
     * @param channel the channel; null if none has that name
     * @param question which messages are wanted, as JSON
     * @param loop the executor on which the answer is written
     */
    CompletionStage<byte[]> messages(String name, @Nullable ChannelDefinition channel, byte[] question, Executor loop);

    /** Returns a description of the channel's content as JSON; empty if it is not available now. Completes on any thread. */
    CompletionStage<Optional<byte[]>> info(ChannelDefinition channel);
}
