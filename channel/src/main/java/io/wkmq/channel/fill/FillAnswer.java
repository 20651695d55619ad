package io.wkmq.channel.fill;

/** What a node is answered whose replica of a group misses something. */
public sealed interface FillAnswer {
    /**
     * All up to an entry of the group's log can be had, as it was then.
     *
     * @param offer what to call it
     * @param index the entry
     */
    record Offer(long offer, long index) implements FillAnswer {}

    /**
     * A part of what was asked for.
     *
     * @param total how many bytes all of it has
     * @param bytes those from where the part was to begin; not to be changed
     */
    record Part(int total, byte[] bytes) implements FillAnswer {}

    /**
     * It cannot be had there, or not now.
     *
     * @param reason why, for an operator
     */
    record Refused(String reason) implements FillAnswer {}
}
