package io.wkmq.session;

import io.wkmq.channel.engine.RecordSource;
import io.wkmq.routing.TopicFilter;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request to replay a channel to a client.
 *
 * @param filter the topic filter exactly as the client wrote it, by which it unsubscribes
 * @param channel the channel's name
 * @param prefix prepended to the topics of the records sent to this client
 * @param topics selects the records by their topics in the channel
 * @param options the subscription options
 * @param cursor the name of the client's private cursor, or null
 * @param source opens the reader of the channel, which the replay then owns; called when the replay starts and again while the
 *     channel is temporarily unavailable
 */
public record ReplayRequest(
        String filter,
        String channel,
        String prefix,
        TopicFilter topics,
        SubscriptionOptions options,
        @Nullable String cursor,
        Supplier<? extends CompletionStage<? extends RecordSource>> source) {}
