package io.wkmq.channel.engine;

/**
 * What was written to a log on this node's disk, since its start.
 *
 * @param writes how long it took each time that something was written and synced, all that waited at a time at once; in nanoseconds
 * @param entries what was written, entries of groups and whatever else has to be kept with them
 * @param queuedEntries what waits to be written now
 */
public record LogFigures(Histogram.Reading writes, long entries, long queuedEntries) {
    /** Nothing yet. */
    public static final LogFigures NONE = new LogFigures(Histogram.ofTimes().read(), 0, 0);
}
