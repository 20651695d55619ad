package io.wkmq.channel.engine;

/**
 * The progress of moving channels of a standalone node into the replicated groups.
 *
 * @param done whether all requested channels are moved
 * @param moved how many channels were moved
 * @param left how many of the node's channels are still to be moved
 * @param records how many records were moved
 */
public record MoveReport(boolean done, int moved, int left, long records) {}
