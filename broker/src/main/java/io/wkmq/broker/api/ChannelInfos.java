package io.wkmq.broker.api;

import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.registry.ChannelDefinition;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Describes the content of channels, reading each channel at most once a second however many ask. Thread-safe and non-blocking.
 * The stages may complete on any thread, which must not be blocked; they fail if the channel is gone or its disk fails.
 */
final class ChannelInfos {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The cache is cleared when it reaches this size. */
    private static final int KNOWN_MAX = 1000;

    private final NodeChannels channels;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<Integer, Known> known = new ConcurrentHashMap<>();

    /**
     * A cached description.
     *
     * @param info the description, possibly still pending
     */
    private record Known(CompletionStage<ChannelInfo> info, long atNanos) {}

    ChannelInfos(NodeChannels channels, LongSupplier nanoTime) {
        this.channels = channels;
        this.nanoTime = nanoTime;
    }

    /** Returns the content of a channel, at most a second old. */
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

    /**
     * Returns the current content of a channel. It is assembled on the thread that counted the bytes, not on the loop that owns
     * the cursors, of which there may be many.
     */
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
