package io.wkmq.channel.registry;

/**
 * The former location of a channel taken over from a standalone node.
 *
 * @param store the random, unique id of the standalone node's directory
 * @param number the channel's number there
 */
public record Origin(long store, int number) {}
