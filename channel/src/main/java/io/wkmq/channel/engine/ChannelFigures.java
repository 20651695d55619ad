package io.wkmq.channel.engine;

import java.util.SortedMap;

/**
 * What happens with the channels of a node, since it was started.
 *
 * @param appended messages that were appended, or were there already
 * @param refused messages that were not, or of which that is not known
 * @param appendNanos how long those that were appended took, all together
 * @param log what was written to the log on this node's disk
 * @param queuedBytes bytes of messages that wait to be appended
 * @param scrubbedBytes bytes of records that were looked through for damage
 * @param damages how often records were found to be damaged
 * @param repairs how often these were repaired
 * @param last the last sequence number of each channel, by its name; 0 if it has had no message
 */
public record ChannelFigures(
        long appended,
        long refused,
        long appendNanos,
        LogFigures log,
        long queuedBytes,
        long scrubbedBytes,
        long damages,
        long repairs,
        SortedMap<String, Long> last) {}
