package io.wkmq.broker.api;

import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.registry.ChannelDefinition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads pages of the present content of channels. Thread-safe and non-blocking. The stages may complete on any thread, which
 * must not be blocked.
 */
final class ChannelPages {
    private final NodeChannels channels;

    ChannelPages(NodeChannels channels) {
        this.channels = channels;
    }

    /** Returns the first page of the requested messages. */
    CompletionStage<ChannelPage> read(ChannelDefinition channel, PageRequest wanted, long bytesMax) {
        return channels.read(channel, new ReadStart.Seq(Math.max(1, wanted.from())))
                .thenCompose(reader -> new PageReading(reader, wanted.to(), wanted.limit(), bytesMax, false).begin());
    }

    /**
     * Returns the last page of the messages after sequence number {@code behind}, up to and including {@code to}.
     *
     * @param to 0 for the channel's last message
     */
    CompletionStage<ChannelPage> readBack(ChannelDefinition channel, long behind, long to, int limit, long bytesMax) {
        return channels.read(channel, new ReadStart.Next()).thenCompose(end -> {
            long last = end.position() - 1;
            end.close();
            long upTo = to == 0 ? last : Math.min(to, last);
            long from = Math.max(behind, upTo - limit) + 1;
            return from > upTo
                    ? CompletableFuture.completedFuture(new ChannelPage(null, List.of(), 0, last))
                    : channels.read(channel, new ReadStart.Seq(from))
                            .thenCompose(reader -> new PageReading(reader, upTo, limit, bytesMax, true).begin());
        });
    }
}
