package io.wkmq.session;

import io.wkmq.channel.engine.RecordSource;
import io.wkmq.routing.TopicFilter;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel that is to be replayed to a client.
 *
 * @param filter what the client subscribes to, as it wrote it: by that it unsubscribes
 * @param channel the channel's name
 * @param prefix what stands before the topics of the records on their way to this client
 * @param topics which topics of the channel are wanted
 * @param options how
 * @param cursor the name of the cursor that the client has to itself; null if it has none
 * @param source opens what reads the channel, which belongs to the replay; asked when the replay begins, and again while it
 *     is not to be had for the moment
 */
public record ReplayRequest(
        String filter,
        String channel,
        String prefix,
        TopicFilter topics,
        SubscriptionOptions options,
        @Nullable String cursor,
        Supplier<? extends CompletionStage<? extends RecordSource>> source) {}
