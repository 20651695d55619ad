package io.wkmq.channel.records;

import java.nio.file.Path;

/** Receives the records of a channel that are damaged or missing on disk. */
@FunctionalInterface
public interface LostRecords {
    /**
     * Adds a range of records.
     *
     * @param file the file that should contain them
     * @param from the first one
     * @param next the sequence number after the last
     */
    void add(Path file, long from, long next);
}
