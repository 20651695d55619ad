package io.wkmq.channel.engine;

/**
 * Metrics of the log on this node's disk since its start.
 *
 * @param writes the duration of each write and sync, which covers everything queued at the time; in nanoseconds
 * @param entries how many entries were written: those of groups and whatever else is stored with them
 * @param queuedEntries how many entries are waiting to be written now
 */
public record LogFigures(Histogram.Reading writes, long entries, long queuedEntries) {
    /** The metrics before anything was written. */
    public static final LogFigures NONE = new LogFigures(Histogram.ofTimes().read(), 0, 0);
}
