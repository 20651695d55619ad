package io.wkmq.channel.records;

import java.nio.file.Path;

/** Is told which records of a channel are not on the disk as they were written. */
@FunctionalInterface
public interface LostRecords {
    /**
     * Some that follow each other.
     *
     * @param file where they should be
     * @param from the first one
     * @param next the one behind the last
     */
    void add(Path file, long from, long next);
}
