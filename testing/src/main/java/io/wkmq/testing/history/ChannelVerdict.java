package io.wkmq.testing.history;

import java.util.List;

/**
 * The verdict on a channel, with statistics.
 *
 * @param wrong one line per violation, limited to a few of each kind
 * @param acknowledged how many messages were acknowledged
 * @param kept how many messages are in the channel
 * @param read how many deliveries the readers received
 */
public record ChannelVerdict(List<String> wrong, long acknowledged, long kept, long read) {
    /** Copies the list. */
    public ChannelVerdict {
        wrong = List.copyOf(wrong);
    }

    @Override
    public String toString() {
        return acknowledged + " acknowledged, " + kept + " in the channel, " + read + " read";
    }
}
