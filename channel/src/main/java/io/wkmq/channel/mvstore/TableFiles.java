package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.StorageException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.h2.mvstore.MVStoreException;

/** The tables in a directory: opens them, makes and copies them, puts them aside. By one thread at a time; blocks. */
public final class TableFiles {
    /** The table of a node. */
    public static final String TABLE = "table.mv";

    /** A copy of it. */
    public static final String COPY = "table.copy.mv";

    private static final String NEW = ".new";
    private static final String DAMAGED = ".damaged";

    private final Disk disk;
    private final Path directory;

    /** Those of that directory. */
    public TableFiles(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** Whether there is a table of that name. */
    public boolean exists(String name) {
        return disk.exists(directory.resolve(name));
    }

    /**
     * Opens the table of that name, of which all is read and looked at; makes it, empty, if it is not there.
     *
     * @param groups how many groups there will be if it is made
     * @throws DamagedTableException if it is not as it was written
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
            throw e; // the disk does not work, or it is of another version
        } catch (RuntimeException e) { // what MVStore throws when it finds nonsense
            if (isClosed(e)) {
                throw new IOException("The table of channels in " + path + " cannot be read: " + e.getMessage(), e);
            }
            throw new DamagedTableException(
                    "The table of channels in " + path + " is damaged, or cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether it was not the file: as when the thread was interrupted. */
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

    /** Makes an empty table, for a node whose own was lost: it is {@link NodeTable#begunAnew}. A crash meanwhile leaves none. */
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

    /** Writes all of a table anew to the one of that name, which puts it on disk; a crash meanwhile leaves what was there. */
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

    /** Gives the table of that name another one, in the place of any that was put aside before; returns that. */
    public Path putAside(String name) throws IOException {
        Path aside = directory.resolve(name + DAMAGED);
        disk.rename(directory.resolve(name), aside);
        new UnsureMark(disk, directory, name).delete();
        disk.syncDirectory(directory);
        return aside;
    }
}
