package io.wkmq.broker.api;

import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.registry.ChannelDefinition;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Says what channels have. However many ask, a channel is looked at once a second. Thread-safe; does not block. The stages complete on any
 * thread, which must not be blocked; exceptionally if the channel is gone or its disk does not work.
 */
final class ChannelInfos {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** More are not remembered. */
    private static final int KNOWN_MAX = 1000;

    private final NodeChannels channels;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<Integer, Known> known = new ConcurrentHashMap<>();

    /**
     * What was known at a time.
     *
     * @param info is known, or will be
     */
    private record Known(CompletionStage<ChannelInfo> info, long atNanos) {}

    ChannelInfos(NodeChannels channels, LongSupplier nanoTime) {
        this.channels = channels;
        this.nanoTime = nanoTime;
    }

    /** What a channel has, or had a second ago. */
    CompletionStage<ChannelInfo> of(ChannelDefinition channel) {
        long now = nanoTime.getAsLong();
        Known recent = known.get(channel.number());
        if (recent != null && now - recent.atNanos < FRESH_NANOS) {
            return recent.info;
        }
        if (known.size() >= KNOWN_MAX) {
            known.clear();
        }
        Known fresh = new Known(look(channel), now);
        known.put(channel.number(), fresh);
        return fresh.info;
    }

    /** What a channel has now. It is put together where its bytes were counted, and not on the loop that has its cursors: there may be many. */
    CompletionStage<ChannelInfo> look(ChannelDefinition channel) {
        return channels.read(channel, new ReadStart.Earliest()).thenCompose(reader -> {
            long first = reader.position();
            long last = first + reader.lag() - 1;
            return channels.cursors(channel)
                    .thenCompose(
                            cursors -> reader.bytes().thenApply(bytes -> ChannelInfo.of(first, last, bytes, cursors)))
                    .whenComplete((info, failure) -> reader.close());
        });
    }
}
