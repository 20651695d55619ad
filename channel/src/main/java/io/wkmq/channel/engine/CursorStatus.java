package io.wkmq.channel.engine;

/**
 * What is known of a cursor.
 *
 * @param next the sequence number that its reader gets next, as far as that is stored
 * @param lag how many records there are from there on
 * @param reader who reads, or has read last; empty if nobody ever did
 * @param here whether it is being read on this node
 * @param usedMs when it was used last, ms since the epoch
 */
public record CursorStatus(String name, long next, long lag, String reader, boolean here, long usedMs) {}
