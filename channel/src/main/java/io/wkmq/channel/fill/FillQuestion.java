package io.wkmq.channel.fill;

/** What a node asks whose replica of a group misses something, or that follows a group without a replica that counts. */
public sealed interface FillQuestion {
    /**
     * Whether the other node has it. Answered with an {@link FillAnswer.Offer}, which is there until it is not used for a minute.
     *
     * @param group of which group
     * @param atLeast up to which entry of its log, at least
     */
    record Hello(int group, long atLeast) implements FillQuestion {}

    /**
     * The state of the group. Answered with a part of it.
     *
     * @param offer which was made
     * @param offset where the part begins
     */
    record State(long offer, int offset) implements FillQuestion {}

    /**
     * The rows of some channels. Answered with a part of {@link FillPages.Rows}.
     *
     * @param offer which was made
     * @param from the first channel that is wanted
     * @param offset where the part begins
     */
    record Rows(long offer, int from, int offset) implements FillQuestion {}

    /**
     * Some records of a channel. Answered with a part of {@link FillPages.Records}.
     *
     * @param offer which was made
     * @param channel of which channel
     * @param from the first record that is wanted
     * @param offset where the part begins
     */
    record Records(long offer, int channel, long from, int offset) implements FillQuestion {}

    /**
     * The entries of a group's log that come next. Answered with a part of {@link FillPages.Entries}.
     *
     * @param group of which group
     * @param after behind which entry
     * @param holdMs how long the other node waits if there are none; it may wait for less
     * @param offset where the part begins
     */
    record Entries(int group, long after, int holdMs, int offset) implements FillQuestion {}

    /**
     * The offer is not needed any more. Answered with an empty part.
     *
     * @param offer which was made
     */
    record Bye(long offer) implements FillQuestion {}
}
