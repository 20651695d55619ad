package io.wkmq.broker.connection;

import io.wkmq.channel.registry.ChannelDefinition;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What clients can ask of channels besides replays. Owned by connection, implemented by the API. Thread-safe; does not block; the stages
 * complete normally.
 */
public interface ChannelQuestions {
    /** Who answers. */
    String node();

    /**
     * Some messages of a channel as JSON, or as JSON why not.
     *
     * @param name the channel's name
     * @param channel null if there is none
     * @param question which ones, as JSON
     * @param loop where the answer is written
     */
    CompletionStage<byte[]> messages(String name, @Nullable ChannelDefinition channel, byte[] question, Executor loop);

    /** What a channel has, as JSON; nothing if that cannot be said now. Completes on any thread. */
    CompletionStage<Optional<byte[]>> info(ChannelDefinition channel);
}
