package io.wkmq.channel.engine;

import io.wkmq.channel.group.Entry;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Appends messages to the groups of an engine, with one appender per group, and keeps statistics. Thread-safe; does not block. */
final class GroupAppends {
    private final List<Appender> appenders;
    private final AppendCounts counts;

    /**
     * Creates the appenders.
     *
     * @param logs the log of each group, by number
     * @param loop the loop that the appenders run on
     */
    GroupAppends(
            int groups,
            IntFunction<ReplicatedLog> logs,
            EngineLoop loop,
            Clock clock,
            AppenderOptions options,
            AppendCounts counts) {
        this.appenders = IntStream.range(0, groups)
                .mapToObj(group -> new Appender(UUID.randomUUID(), logs.apply(group), loop, clock, options))
                .toList();
        this.counts = counts;
    }

    /** Appends a message to a channel of a group, as {@link Appender#append}. */
    CompletionStage<Appended> append(int group, int channel, Entry entry) {
        long since = System.nanoTime();
        return appenders
                .get(group)
                .append(channel, entry)
                .whenComplete((appended, failure) -> counts.append(appended, System.nanoTime() - since));
    }

    /** Returns the statistics, combined with those that others keep. */
    ChannelFigures figures(LogFigures log, ScrubCounts scrubbed, ChannelFigures.Ends ends) {
        return new ChannelFigures(
                counts.times.read(),
                counts.refused.sum(),
                ChannelFigures.Queues.of(appenders),
                log,
                ChannelFigures.Scrubbed.of(scrubbed),
                ends);
    }

    /** Abandons what is in flight and refuses everything from then on. Must be called on the loop. */
    void close() {
        appenders.forEach(Appender::close);
    }
}
