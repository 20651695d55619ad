package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.StorageException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.h2.mvstore.MVStoreException;

/** The tables in a directory: opens, creates, copies them, and puts them aside. Used by one thread at a time; blocks. */
public final class TableFiles {
    /** The name of a node's table. */
    public static final String TABLE = "table.mv";

    /** The name of its copy. */
    public static final String COPY = "table.copy.mv";

    private static final String NEW = ".new";
    private static final String DAMAGED = ".damaged";

    private final Disk disk;
    private final Path directory;

    /** Creates an accessor for the tables in this directory. */
    public TableFiles(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** Returns whether there is a table with this name. */
    public boolean exists(String name) {
        return disk.exists(directory.resolve(name));
    }

    /**
     * Opens a table and verifies all of it; creates an empty one if it does not exist.
     *
     * @param groups the number of groups if it is created
     * @throws DamagedTableException if it is damaged
     * @throws StorageException if it is of a later version
     */
    public NodeTable open(String name, int groups) throws IOException {
        if (!exists(name)) {
            create(name, groups, false);
        }
        UnsureMark unsure = new UnsureMark(disk, directory, name);
        boolean failed = unsure.exists();
        NodeTable table = openWhole(name);
        if (!failed && table.format() == NodeTable.FORMAT) {
            return table;
        }
        try (table) {
            copy(table, name);
        }
        if (failed) {
            unsure.delete();
            disk.syncDirectory(directory);
        }
        return openWhole(name);
    }

    private NodeTable openWhole(String name) throws IOException {
        Path path = directory.resolve(name);
        try {
            return openKnown(path);
        } catch (IOException e) {
            throw e; // the disk failed, or it is of another version
        } catch (RuntimeException e) { // thrown by MVStore for damaged data
            if (isClosed(e)) {
                throw new IOException("The table of channels in " + path + " cannot be read: " + e.getMessage(), e);
            }
            throw new DamagedTableException(
                    "The table of channels in " + path + " is damaged, or cannot be read: " + e.getMessage(), e);
        }
    }

    /** Returns whether the cause was not the file, but for instance an interrupt. */
    private static boolean isClosed(RuntimeException e) {
        return e.getCause() instanceof ClosedChannelException;
    }

    private NodeTable openKnown(Path path) throws IOException {
        NodeTable table = NodeTable.openFile(disk, directory, path);
        boolean done = false;
        try {
            int format = table.format();
            if (format < NodeTable.UNCHECKED_FORMAT || format > NodeTable.FORMAT) {
                throw new StorageException("The table of channels in " + path + " has format " + format + "; expected "
                        + NodeTable.UNCHECKED_FORMAT + " to " + NodeTable.FORMAT);
            }
            table.verify();
            done = true;
            return table;
        } finally {
            if (!done) {
                table.close();
            }
        }
    }

    /** Creates an empty table in place of a lost one, marked {@link NodeTable#begunAnew}. A crash meanwhile leaves none. */
    public NodeTable createAnew(String name, int groups) throws IOException {
        create(name, groups, true);
        return openWhole(name);
    }

    private void create(String name, int groups, boolean anew) throws IOException {
        try (NodeTable created = openNew(name)) {
            created.initialize(groups, anew);
        } catch (MVStoreException e) {
            throw new IOException("No table of channels can be made in " + directory + ": " + e.getMessage(), e);
        }
        finish(name);
    }

    /** Copies a table to another name, durably; a crash meanwhile leaves what was there. */
    public void copy(NodeTable from, String to) throws IOException {
        try (NodeTable copy = openNew(to)) {
            copy.take(from);
        } catch (MVStoreException | CorruptDataException e) {
            throw new IOException("The table of channels in " + directory + " cannot be copied: " + e.getMessage(), e);
        }
        finish(to);
    }

    private NodeTable openNew(String name) throws IOException {
        Path unfinished = directory.resolve(name + NEW);
        disk.delete(unfinished);
        return NodeTable.openFile(disk, directory, unfinished);
    }

    private void finish(String name) throws IOException {
        disk.rename(directory.resolve(name + NEW), directory.resolve(name));
        disk.syncDirectory(directory);
    }

    /** Renames a table, replacing any that was put aside before; returns its new path. */
    public Path putAside(String name) throws IOException {
        Path aside = directory.resolve(name + DAMAGED);
        disk.rename(directory.resolve(name), aside);
        new UnsureMark(disk, directory, name).delete();
        disk.syncDirectory(directory);
        return aside;
    }
}
