package io.wkmq.channel.fill;

/** The answer to a node that is filling its replica of a group. */
public sealed interface FillAnswer {
    /**
     * The group's state as of an entry of its log is available.
     *
     * @param offer the id of the offer
     * @param index the index of the entry
     */
    record Offer(long offer, long index) implements FillAnswer {}

    /**
     * A part of what was requested.
     *
     * @param total the total size in bytes
     * @param bytes the part from the requested offset on; not to be modified
     */
    record Part(int total, byte[] bytes) implements FillAnswer {}

    /**
     * The request cannot be served, at least not now.
     *
     * @param reason why, for an operator
     */
    record Refused(String reason) implements FillAnswer {}
}
