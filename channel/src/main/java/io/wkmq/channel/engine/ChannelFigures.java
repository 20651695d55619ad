package io.wkmq.channel.engine;

import java.util.List;
import java.util.SortedMap;

/**
 * What happens with the channels of a node, since it was started.
 *
 * @param appended how long each message took that was appended, or was there already; in nanoseconds
 * @param refused messages that were not, or of which that is not known
 * @param queues what waits to be appended
 * @param log what was written to the log on this node's disk
 * @param scrub what was looked through for damage
 * @param ends how far the channels are
 */
public record ChannelFigures(
        Histogram.Reading appended, long refused, Queues queues, LogFigures log, Scrubbed scrub, Ends ends) {

    /**
     * What waits to be appended, and how it is.
     *
     * @param bytes bytes of messages that wait or are under way
     * @param messages how many those are, by the number of their group
     * @param batches how many messages each operation had that was brought into a log
     */
    public record Queues(long bytes, List<Long> messages, Histogram.Reading batches) {
        /** Copies the list. */
        public Queues {
            messages = List.copyOf(messages);
        }

        /** Those of the appenders of all groups, in the order of these. */
        static Queues of(List<Appender> appenders) {
            return new Queues(
                    appenders.stream().mapToLong(Appender::bytes).sum(),
                    appenders.stream().map(Appender::messages).toList(),
                    Histogram.ofBatches(
                            appenders.stream().map(Appender::batches).toList()));
        }
    }

    /**
     * What was looked through for damage.
     *
     * @param bytes of records
     * @param damages how often records were found to be damaged
     * @param repairs how often these were repaired
     */
    public record Scrubbed(long bytes, long damages, long repairs) {
        static Scrubbed of(ScrubCounts counts) {
            return new Scrubbed(counts.bytes.sum(), counts.damaged.sum(), counts.repaired.sum());
        }
    }

    /**
     * How far channels are.
     *
     * @param channels how many there are
     * @param last the last sequence numbers of those that have had a message, of the first {@link #SHOWN_MAX} by their names
     */
    public record Ends(int channels, SortedMap<String, Long> last) {
        /** There can be a million channels, each of which would be a line for whoever reads the figures. */
        public static final int SHOWN_MAX = 1000;
    }

    /** Those of a node whose channels are not open. */
    static ChannelFigures none(Ends ends) {
        return new ChannelFigures(
                Histogram.ofTimes().read(), 0, Queues.of(List.of()), LogFigures.NONE, new Scrubbed(0, 0, 0), ends);
    }
}
