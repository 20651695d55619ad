package io.wkmq.channel.engine;

import java.util.List;
import java.util.SortedMap;

/**
 * Statistics of a node's channels since it was started.
 *
 * @param appended latencies of the messages that were appended or were duplicates, in nanoseconds
 * @param refused number of messages that were not appended, or whose outcome is unknown
 * @param queues what waits to be appended
 * @param log writes to the log on this node's disk
 * @param scrub scrubbing for damage
 * @param ends the channels' last sequence numbers
 */
public record ChannelFigures(
        Histogram.Reading appended, long refused, Queues queues, LogFigures log, Scrubbed scrub, Ends ends) {

    /**
     * What waits to be appended, and how it is batched.
     *
     * @param bytes size of the messages queued or in flight
     * @param messages number of those messages, by group number
     * @param batches number of messages per operation
     */
    public record Queues(long bytes, List<Long> messages, Histogram.Reading batches) {
        /** Copies the list. */
        public Queues {
            messages = List.copyOf(messages);
        }

        /** Returns the totals of the appenders of all groups, which are given in the order of their groups. */
        static Queues of(List<Appender> appenders) {
            return new Queues(
                    appenders.stream().mapToLong(Appender::bytes).sum(),
                    appenders.stream().map(Appender::messages).toList(),
                    Histogram.ofBatches(
                            appenders.stream().map(Appender::batches).toList()));
        }
    }

    /**
     * Results of scrubbing.
     *
     * @param bytes bytes of records read
     * @param damages how often records were found to be damaged
     * @param repairs how often such records were repaired
     */
    public record Scrubbed(long bytes, long damages, long repairs) {
        static Scrubbed of(ScrubCounts counts) {
            return new Scrubbed(counts.bytes.sum(), counts.damaged.sum(), counts.repaired.sum());
        }
    }

    /**
     * The channels' last sequence numbers.
     *
     * @param channels number of channels
     * @param last the last sequence numbers of non-empty channels, limited to the first {@link #SHOWN_MAX} by name
     */
    public record Ends(int channels, SortedMap<String, Long> last) {
        /** Limit of what is reported: there can be a million channels, each a line in the output. */
        public static final int SHOWN_MAX = 1000;
    }

    /** Returns the figures of a node whose channels are not open. */
    static ChannelFigures none(Ends ends) {
        return new ChannelFigures(
                Histogram.ofTimes().read(), 0, Queues.of(List.of()), LogFigures.NONE, new Scrubbed(0, 0, 0), ends);
    }
}
