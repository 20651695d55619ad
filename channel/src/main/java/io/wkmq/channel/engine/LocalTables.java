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
 * The table of a node that keeps channels alone, and a copy of it: nobody else has what is in it. Each checkpoint goes into one, then into
 * the other; the log is given up when it is in both, so what is in one of them and the log is everything. If one is damaged or lost it is
 * made anew of the other when they are opened. Thread-safe as the tables are.
 */
final class LocalTables implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalTables.class);

    private final NodeTable table;
    private final NodeTable copy;

    private LocalTables(NodeTable table, NodeTable copy) {
        this.table = table;
        this.copy = copy;
    }

    /** Whether there is one of them in a directory. */
    static boolean exist(Disk disk, Path directory) {
        TableFiles files = new TableFiles(disk, directory);
        return files.exists(TableFiles.TABLE) || files.exists(TableFiles.COPY);
    }

    /**
     * Opens them; makes them if neither is there.
     *
     * @param groups how many groups there are if they are made
     * @throws StorageException if both are damaged, or one is damaged and the other not there; then nothing was changed
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

    /** A table; null if it is not there, or damaged. */
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
            // one whose end is damaged may look as it was before; the copy is written second, and never ahead of a
            // sound one
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
                copy.close(); // the node had ended in between
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

    /** The one that is read. */
    NodeTable table() {
        return table;
    }

    /**
     * Writes checkpoints of groups; they are on disk in both when this returns.
     *
     * @param folded the number of the last record of the node's log of which all is in the rows then
     */
    void write(List<GroupRows> rows, long folded) throws IOException {
        table.write(rows, folded);
        copy.write(rows, folded);
    }

    /** Gives some unused space back, a bounded amount of work. */
    void compact() throws IOException {
        table.compact();
        copy.compact();
    }

    @Override
    public void close() throws IOException {
        Closing.all(List.of(table::close, copy::close));
    }
}
