package io.wkmq.channel.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk as used by the storage: a port, so that tests can inject failures. Thread-safe.
 *
 * <p>What is written to a channel is durable once its {@link FileChannel#force} has returned; the name of a file is durable once
 * {@link #syncDirectory} has.
 */
public interface Disk {
    /** Creates a directory and its parents if they do not exist. The names of those it creates are durable. */
    void createDirectory(Path directory) throws IOException;

    /**
     * Locks the directory until the result is closed.
     *
     * @throws StorageException if another process, or another storage of this one, uses it
     */
    Closeable lock(Path directory) throws IOException;

    /** Opens a file for reading and writing, creating it if necessary. */
    FileChannel open(Path file) throws IOException;

    /** Lists the files of a directory, in no particular order. */
    List<Path> list(Path directory) throws IOException;

    boolean exists(Path file);

    /** Renames a file within its directory, atomically replacing any file of that name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file if it exists. */
    void delete(Path file) throws IOException;

    /** Makes the names in a directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /** Returns how many more bytes can be written there. */
    long usableBytes(Path directory) throws IOException;
}
