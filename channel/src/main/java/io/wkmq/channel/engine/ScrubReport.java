package io.wkmq.channel.engine;

/**
 * What was found when records were looked through.
 *
 * @param done whether all of them were; else so far
 * @param channels channels that were looked through
 * @param bytes how many bytes of records
 * @param damaged records that were not on the disk as they were written
 * @param repaired those of them that are again
 */
public record ScrubReport(boolean done, long channels, long bytes, long damaged, long repaired) {}
