package io.wkmq.channel.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk as the storage uses it, so that tests can let it fail. Thread-safe.
 *
 * <p>What is written to a channel is durable once its {@link FileChannel#force} has returned; the name of a file is durable
 * once {@link #syncDirectory} has.
 */
public interface Disk {
    /** Makes a directory and those above it, if they are not there. The names of those that it makes are durable. */
    void createDirectory(Path directory) throws IOException;

    /**
     * Keeps others from using the directory until the result is closed.
     *
     * @throws StorageException if another process, or another storage of this one, uses it
     */
    Closeable lock(Path directory) throws IOException;

    /** Opens a file for reading and writing; makes it if it is not there. */
    FileChannel open(Path file) throws IOException;

    /** The files of a directory, in no particular order. */
    List<Path> list(Path directory) throws IOException;

    boolean exists(Path file);

    /** Gives a file another name in the same directory, at once and over any file of that name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file if it is there. */
    void delete(Path file) throws IOException;

    /** Makes the names of a directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /** How many more bytes can be written there. */
    long usableBytes(Path directory) throws IOException;
}
