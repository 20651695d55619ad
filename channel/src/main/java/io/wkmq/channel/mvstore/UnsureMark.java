package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file beside a table of which a sync has failed: the system may have in memory, and give to who reads, what will never be on disk. The
 * next start has to know, and to write all of the table anew. Immutable; blocks.
 */
final class UnsureMark {
    private static final Logger LOG = LoggerFactory.getLogger(UnsureMark.class);

    private final Disk disk;
    private final Path directory;
    private final Path mark;

    /**
     * That of a table.
     *
     * @param directory where the table is
     * @param name of its file
     */
    UnsureMark(Disk disk, Path directory, String name) {
        this.disk = disk;
        this.directory = directory;
        this.mark = directory.resolve(name + ".unsure");
    }

    /** Whether it is there. */
    boolean exists() {
        return disk.exists(mark);
    }

    /** Makes it; it is on disk when this returns, or it was said that it cannot be. */
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

    /** Removes it; that is on disk once the names of the directory are. */
    void delete() throws IOException {
        disk.delete(mark);
    }
}
