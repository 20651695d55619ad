package io.wkmq.channel.fill;

/** A question of a node that is filling its replica of a group, or of a learner. */
public sealed interface FillQuestion {
    /**
     * Asks for the group's state. Answered with an {@link FillAnswer.Offer}, which expires once unused for a minute.
     *
     * @param group the number of the group
     * @param atLeast the log index that the state must include at least
     */
    record Hello(int group, long atLeast) implements FillQuestion {}

    /**
     * Requests the state of the group. Answered with a part of it.
     *
     * @param offer the id of the offer
     * @param offset where the part starts
     */
    record State(long offer, int offset) implements FillQuestion {}

    /**
     * Requests rows of channels. Answered with a part of {@link FillPages.Rows}.
     *
     * @param offer the id of the offer
     * @param from the first channel wanted
     * @param offset where the part starts
     */
    record Rows(long offer, int from, int offset) implements FillQuestion {}

    /**
     * Requests records of a channel. Answered with a part of {@link FillPages.Records}.
     *
     * @param offer the id of the offer
     * @param channel the number of the channel
     * @param from the first record wanted
     * @param offset where the part starts
     */
    record Records(long offer, int channel, long from, int offset) implements FillQuestion {}

    /**
     * Requests the next entries of a group's log. Answered with a part of {@link FillPages.Entries}.
     *
     * @param group the number of the group
     * @param after the index after which entries are wanted
     * @param holdMs how long the other node may wait for an entry if there is none
     * @param offset where the part starts
     */
    record Entries(int group, long after, int holdMs, int offset) implements FillQuestion {}

    /**
     * Releases an offer. Answered with an empty part.
     *
     * @param offer the id of the offer
     */
    record Bye(long offer) implements FillQuestion {}
}
