package io.wkmq.broker.api;

import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.registry.ChannelDefinition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads pages of what channels have now. Thread-safe; does not block. The stages complete on any thread, which must not be blocked. */
final class ChannelPages {
    private final NodeChannels channels;

    ChannelPages(NodeChannels channels) {
        this.channels = channels;
    }

    /** The first ones of those that are wanted. */
    CompletionStage<ChannelPage> read(ChannelDefinition channel, PageRequest wanted, long bytesMax) {
        return channels.read(channel, new ReadStart.Seq(Math.max(1, wanted.from())))
                .thenCompose(reader -> new PageReading(reader, wanted.to(), wanted.limit(), bytesMax, false).begin());
    }

    /**
     * The last ones of those behind one sequence number up to another one, with that one.
     *
     * @param to 0 for the channel's last one
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
