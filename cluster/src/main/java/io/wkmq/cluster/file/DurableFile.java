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
 * A small file that is replaced or deleted as a whole, so that a crash leaves what was or what is to be. Blocks for the disk. For one
 * thread at a time.
 */
public final class DurableFile {
    private final Path path;

    /** The file there, which need not exist. */
    public DurableFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Whether it is there. */
    public boolean exists() {
        return Files.exists(path);
    }

    /** All that is in it. */
    public byte[] read() throws IOException {
        return Files.readAllBytes(path);
    }

    /**
     * Writes it anew, durably once this returns; and the directory, if there is none.
     *
     * @param attributes of the file, as who may read it
     */
    public void replace(byte[] bytes, FileAttribute<?>... attributes) throws IOException {
        Files.createDirectories(path.getParent());
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(fresh); // one that a crash left may have other attributes
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

    /** Deletes it if it is there. */
    public void delete() throws IOException {
        if (Files.deleteIfExists(path)) {
            syncDirectory();
        }
    }

    /**
     * Gives it another name, so that it does not hinder.
     *
     * @return the new name
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
