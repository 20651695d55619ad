package io.wkmq.channel.engine;

/**
 * The state of a cursor.
 *
 * @param next the sequence number that its reader gets next, as of the last stored position
 * @param lag number of records from there on
 * @param reader the current or last reader; empty if there never was one
 * @param here whether it is being read on this node
 * @param usedMs when it was last used, in ms since the epoch
 */
public record CursorStatus(String name, long next, long lag, String reader, boolean here, long usedMs) {}
