package io.wkmq.channel.engine;

/**
 * What became of channels that were to be moved.
 *
 * @param done whether all that were wanted are; else so far
 * @param moved how many channels were moved
 * @param left how many of the node's are still to be moved
 * @param records how many records were moved
 */
public record MoveReport(boolean done, int moved, int left, long records) {}
