package io.wkmq.channel.engine;

/** The position at which reading a channel starts. */
public sealed interface ReadStart {
    /** The first record that exists. */
    record Earliest() implements ReadStart {}

    /** The next record to be appended. */
    record Next() implements ReadStart {}

    /**
     * A given record. If it is gone, reading starts with a gap; if it does not exist yet, with the next record to be appended.
     *
     * @param seq its sequence number
     */
    record Seq(long seq) implements ReadStart {}

    /**
     * The first record that is not older than a given time.
     *
     * @param timeMs in ms since the epoch
     */
    record Time(long timeMs) implements ReadStart {}

    /**
     * The last records.
     *
     * @param count how many
     */
    record Last(long count) implements ReadStart {}
}
