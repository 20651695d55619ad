package io.wkmq.cluster.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/**
 * A small file that is replaced or deleted atomically: after a crash it has either the old or the new content. Methods block for
 * disk I/O. Must be used by one thread at a time.
 */
public final class DurableFile {
    private final Path path;

    /** Creates an object for the file, which need not exist. */
    public DurableFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** Returns the absolute path. */
    public Path path() {
        return path;
    }

    /** Returns whether the file exists. */
    public boolean exists() {
        return Files.exists(path);
    }

    /** Returns the content. */
    public byte[] read() throws IOException {
        return Files.readAllBytes(path);
    }

    /**
     * Replaces the file; the new content is durable when this returns. Creates the directory if needed.
     *
     * @param attributes the attributes of the new file, such as its permissions
     */
    public void replace(byte[] bytes, FileAttribute<?>... attributes) throws IOException {
        Files.createDirectories(path.getParent());
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(fresh); // left by a crash, possibly with other attributes
        try (FileChannel channel =
                FileChannel.open(fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
    }

    /** Deletes the file, if it exists, durably. */
    public void delete() throws IOException {
        if (Files.deleteIfExists(path)) {
            syncDirectory();
        }
    }

    /**
     * Renames the file so that it is not in the way.
     *
     * @return the new path
     */
    public Path setAside() throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + ".damaged");
        Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
        return aside;
    }

    private void syncDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
