package io.wkmq.channel.registry;

/**
 * Where a channel was that is taken over.
 *
 * @param store the directory that a node kept it in alone, by a number that no other one has
 * @param number the channel's number there
 */
public record Origin(long store, int number) {}
