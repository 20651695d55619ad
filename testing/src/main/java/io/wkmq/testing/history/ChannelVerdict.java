package io.wkmq.testing.history;

import java.util.List;

/**
 * What is wrong with a channel, and what is worth knowing.
 *
 * @param wrong a line for each thing that is wrong, some of each kind only
 * @param acknowledged how many messages were acknowledged
 * @param kept how many messages are in the channel
 * @param read how many times a reader got one
 */
public record ChannelVerdict(List<String> wrong, long acknowledged, long kept, long read) {
    /** Keeps the list as it is now. */
    public ChannelVerdict {
        wrong = List.copyOf(wrong);
    }

    @Override
    public String toString() {
        return acknowledged + " acknowledged, " + kept + " in the channel, " + read + " read";
    }
}
