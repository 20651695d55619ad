package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.DamagedTableException;
import io.wkmq.channel.mvstore.GroupRows;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.mvstore.TableFiles;
import io.wkmq.channel.storage.Closing;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of a standalone node and a copy of it, because no other node has its content. Each checkpoint is written to one, then to the
 * other, and the log is truncated once it is in both: either one together with the log is complete. If one is damaged or lost it is
 * recreated from the other on opening. As thread-safe as the tables are.
 */
final class LocalTables implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalTables.class);

    private final NodeTable table;
    private final NodeTable copy;

    private LocalTables(NodeTable table, NodeTable copy) {
        this.table = table;
        this.copy = copy;
    }

    /** Returns whether a directory has at least one of them. */
    static boolean exist(Disk disk, Path directory) {
        TableFiles files = new TableFiles(disk, directory);
        return files.exists(TableFiles.TABLE) || files.exists(TableFiles.COPY);
    }

    /**
     * Opens both, creating them if neither exists.
     *
     * @param groups the number of groups if they are created
     * @throws StorageException if both are damaged, or one is damaged and the other missing; then nothing was changed
     */
    static LocalTables open(Disk disk, Path directory, int groups) throws IOException {
        TableFiles files = new TableFiles(disk, directory);
        NodeTable copy = intact(files, TableFiles.COPY);
        boolean done = false;
        try {
            NodeTable table = table(files, copy, directory, groups);
            done = true;
            return withCopy(files, table, copy);
        } finally {
            if (!done && copy != null) {
                copy.close();
            }
        }
    }

    /** Opens a table; returns null if it is missing or damaged. */
    private static @Nullable NodeTable intact(TableFiles files, String name) throws IOException {
        if (!files.exists(name)) {
            return null;
        }
        try {
            return files.open(name, 1);
        } catch (DamagedTableException e) {
            LOG.error("The channel table is corrupt", e);
            return null;
        }
    }

    private static NodeTable table(TableFiles files, @Nullable NodeTable copy, Path directory, int groups)
            throws IOException {
        if (copy == null) {
            return only(files, directory, groups);
        }
        NodeTable table = intact(files, TableFiles.TABLE);
        if (table != null) {
            // a table with a damaged end may look like an earlier version of itself; the copy is written second, so it
            // is never ahead of a sound table
            if (table.salt() != copy.salt() || table.folded() >= copy.folded()) {
                return table;
            }
            table.close();
        }
        boolean there = files.exists(TableFiles.TABLE);
        LOG.error(
                "The table of channels is damaged or lost, its copy takes its place putAside={}",
                there ? files.putAside(TableFiles.TABLE) : null);
        files.copy(copy, TableFiles.TABLE);
        return files.open(TableFiles.TABLE, 1);
    }

    private static NodeTable only(TableFiles files, Path directory, int groups) throws IOException {
        try {
            if (files.exists(TableFiles.TABLE) || !files.exists(TableFiles.COPY)) {
                return files.open(TableFiles.TABLE, groups);
            }
        } catch (DamagedTableException e) {
            throw new StorageException(without(directory, e.getMessage()), e);
        }
        throw new StorageException(without(directory, "The table of channels is lost"));
    }

    private static String without(Path directory, @Nullable String why) {
        return why + ", and there is no intact copy of it; nothing was changed. Restore " + directory
                + " from a backup, or remove it";
    }

    private static LocalTables withCopy(TableFiles files, NodeTable table, @Nullable NodeTable copy)
            throws IOException {
        if (copy != null && copy.salt() == table.salt() && copy.folded() == table.folded()) {
            return new LocalTables(table, copy);
        }
        boolean done = false;
        try {
            if (copy != null) {
                copy.close(); // the node ended between the two writes
            } else if (files.exists(TableFiles.COPY)) {
                LOG.error(
                        "The copy of the table of channels is made anew putAside={}", files.putAside(TableFiles.COPY));
            }
            files.copy(table, TableFiles.COPY);
            LocalTables both = new LocalTables(table, files.open(TableFiles.COPY, 1));
            done = true;
            return both;
        } finally {
            if (!done) {
                table.close();
            }
        }
    }

    /** Returns the table that is read. */
    NodeTable table() {
        return table;
    }

    /**
     * Writes checkpoints of groups, and returns once they are on disk in both.
     *
     * @param folded the number of the last log record whose effects are all in the rows by then
     */
    void write(List<GroupRows> rows, long folded) throws IOException {
        table.write(rows, folded);
        copy.write(rows, folded);
    }

    /** Reclaims some unused space, with a bounded amount of work. */
    void compact() throws IOException {
        table.compact();
        copy.compact();
    }

    @Override
    public void close() throws IOException {
        Closing.all(List.of(table::close, copy::close));
    }
}
