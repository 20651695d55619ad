package io.wkmq.channel.engine;

/**
 * The results of a scrub.
 *
 * @param done whether it is complete; else the results so far
 * @param channels how many channels were scrubbed
 * @param bytes how many bytes of records were read
 * @param damaged how many records on disk differed from what was written
 * @param repaired how many of those were repaired
 */
public record ScrubReport(boolean done, long channels, long bytes, long damaged, long repaired) {}
