package io.wkmq.testing.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory with all that is below it, on a {@link SimDisk}: its files go by their paths, of which what is below the directory is their name
 * on the disk. Directories are parts of names: they are there as long as a file is, and the sync of one is that of all names.
 *
 * <p>Has all operations of the disk that the storage uses. That is not known here, so a module's tests make it theirs: {@code class
 * SimulatedDisk extends SimDirectory implements Disk}. Thread-safe; a test may override what is to be different.
 */
public class SimDirectory {
    private final SimDisk disk;
    private final Path directory;

    /** That directory, which is there. */
    protected SimDirectory(SimDisk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    private String name(Path file) {
        if (!file.startsWith(directory) || file.equals(directory)) {
            throw new IllegalArgumentException(
                    "The file " + file + " is used; expected one in the directory " + directory);
        }
        return directory.relativize(file).toString();
    }

    /** Does nothing: directories are parts of names. */
    public void createDirectory(Path made) {
        // so it is there
    }

    /** Keeps nobody away: one who is gone in the simulation may not have closed it. */
    public Closeable lock(Path locked) {
        return () -> {};
    }

    /** As {@link SimDisk#open}. */
    public FileChannel open(Path file) throws IOException {
        return disk.open(name(file));
    }

    /** The files that are in a directory itself. */
    public List<Path> list(Path listed) {
        return disk.list().stream()
                .map(directory::resolve)
                .filter(file -> listed.equals(file.getParent()))
                .toList();
    }

    /** As {@link SimDisk#exists}. */
    public boolean exists(Path file) {
        return disk.exists(name(file));
    }

    /** As {@link SimDisk#rename}. */
    public void rename(Path from, Path to) throws IOException {
        disk.rename(name(from), name(to));
    }

    /** As {@link SimDisk#delete}. */
    public void delete(Path file) throws IOException {
        disk.delete(name(file));
    }

    /** As {@link SimDisk#syncNames}, of all directories. */
    public void syncDirectory(Path synced) throws IOException {
        disk.syncNames();
    }

    /** As {@link SimDisk#usableBytes}. */
    public long usableBytes(Path of) {
        return disk.usableBytes();
    }
}
