package io.wkmq.channel.engine;

/**
 * What was written to a log on this node's disk, since its start.
 *
 * @param writes how often something was written and synced, all that waited at a time at once
 * @param entries what was written, entries of groups and whatever else has to be kept with them
 * @param nanos how long writing and syncing took, all together
 * @param queuedEntries what waits to be written now
 */
public record LogFigures(long writes, long entries, long nanos, long queuedEntries) {}
