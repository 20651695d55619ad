package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A marker file for a table of which a sync has failed: reads may return data from the operating system's cache that will never be on disk.
 * It tells the next start to rewrite the whole table. Immutable; blocks.
 */
final class UnsureMark {
    private static final Logger LOG = LoggerFactory.getLogger(UnsureMark.class);

    private final Disk disk;
    private final Path directory;
    private final Path mark;

    /**
     * Creates an accessor for the marker of a table.
     *
     * @param directory where the table is
     * @param name of its file
     */
    UnsureMark(Disk disk, Path directory, String name) {
        this.disk = disk;
        this.directory = directory;
        this.mark = directory.resolve(name + ".unsure");
    }

    /** Returns whether the marker exists. */
    boolean exists() {
        return disk.exists(mark);
    }

    /** Creates the marker and returns once it is on disk; logs a failure. */
    void make() {
        try (FileChannel made = disk.open(mark)) {
            made.force(true);
            disk.syncDirectory(directory);
        } catch (IOException e) {
            LOG.error(
                    "The table of channels could not be synced, nor that be noted. Restart the machine, not the node alone path={}",
                    mark,
                    e);
        }
    }

    /** Deletes the marker, durably once the directory is synced. */
    void delete() throws IOException {
        disk.delete(mark);
    }
}
