package io.wkmq.channel.engine;

/** With which record reading a channel begins. */
public sealed interface ReadStart {
    /** With the first one that there is. */
    record Earliest() implements ReadStart {}

    /** With the one that comes next. */
    record Next() implements ReadStart {}

    /**
     * With that one; if it is gone reading begins by saying so, if it does not exist yet with the one that comes next.
     *
     * @param seq its sequence number
     */
    record Seq(long seq) implements ReadStart {}

    /**
     * With the first one that is not older than that.
     *
     * @param timeMs ms since the epoch
     */
    record Time(long timeMs) implements ReadStart {}

    /**
     * With the last ones.
     *
     * @param count how many
     */
    record Last(long count) implements ReadStart {}
}
