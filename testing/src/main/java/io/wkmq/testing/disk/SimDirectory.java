package io.wkmq.testing.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory tree on a {@link SimDisk}. Files are addressed by path; a file's name on the disk is its path relative to this directory.
 * Subdirectories exist only as part of names: they exist as long as a file in them does, and syncing one syncs all names.
 *
 * <p>Offers all disk operations that the storage of the modules uses. Their interfaces are not visible here, so the tests of a module adapt
 * it: {@code class SimulatedDisk extends SimDirectory implements Disk}. Thread-safe; tests may override individual operations.
 */
public class SimDirectory {
    private final SimDisk disk;
    private final Path directory;

    /** Creates a view of {@code directory}, which exists from the start. */
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

    /** Does nothing: directories exist only as part of names. */
    public void createDirectory(Path made) {
        // nothing to create
    }

    /** Locks nobody out: a node that died in the simulation may not have released its lock. */
    public Closeable lock(Path locked) {
        return () -> {};
    }

    /** Opens a file as {@link SimDisk#open} does. */
    public FileChannel open(Path file) throws IOException {
        return disk.open(name(file));
    }

    /** Returns the files directly in a directory. */
    public List<Path> list(Path listed) {
        return disk.list().stream()
                .map(directory::resolve)
                .filter(file -> listed.equals(file.getParent()))
                .toList();
    }

    /** Returns whether a file exists, as {@link SimDisk#exists} does. */
    public boolean exists(Path file) {
        return disk.exists(name(file));
    }

    /** Renames a file as {@link SimDisk#rename} does. */
    public void rename(Path from, Path to) throws IOException {
        disk.rename(name(from), name(to));
    }

    /** Deletes a file as {@link SimDisk#delete} does. */
    public void delete(Path file) throws IOException {
        disk.delete(name(file));
    }

    /** Syncs the names in all directories, as {@link SimDisk#syncNames} does. */
    public void syncDirectory(Path synced) throws IOException {
        disk.syncNames();
    }

    /** Returns the free space, as {@link SimDisk#usableBytes} does. */
    public long usableBytes(Path of) {
        return disk.usableBytes();
    }
}
