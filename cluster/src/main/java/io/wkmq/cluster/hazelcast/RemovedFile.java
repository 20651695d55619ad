package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the list of {@link RemovedNodes} over restarts. Thread-safe; blocks for the disk. */
final class RemovedFile {
    private static final Logger LOG = LoggerFactory.getLogger(RemovedFile.class);

    private final Path file;
    private final RemovedNodes removed;

    @GuardedBy("this")
    private byte[] written = {};

    @GuardedBy("this")
    private boolean failing;

    RemovedFile(Path file, RemovedNodes removed) {
        this.file = file.toAbsolutePath();
        this.removed = removed;
    }

    /**
     * Reads the list; one that is damaged is set aside.
     *
     * @throws IllegalStateException if the file is there and cannot be read: removed nodes must not come back unnoticed
     */
    synchronized void load() {
        try {
            if (Files.exists(file)) {
                byte[] bytes = Files.readAllBytes(file);
                take(bytes);
            }
        } catch (IOException e) {
            throw new IllegalStateException("The file of removed nodes " + file + " cannot be read: " + e, e);
        }
    }

    @GuardedBy("this")
    private void take(byte[] bytes) throws IOException {
        try {
            boolean unused = removed.merge(bytes);
            written = bytes;
        } catch (IllegalArgumentException e) {
            Path aside = file.resolveSibling(file.getFileName() + ".damaged");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.warn(
                    "The file of removed nodes is damaged and set aside, other nodes may tell who is removed: {} file={} aside={}",
                    e.getMessage(),
                    file,
                    aside);
        }
    }

    /** Writes the list if it is another than what was written last, so that a crash leaves the old file or the new one. */
    synchronized void save() {
        byte[] bytes = removed.encode();
        if (bytes == null || Arrays.equals(bytes, written)) {
            return;
        }
        try {
            replace(ByteBuffer.wrap(bytes));
            written = bytes;
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn("The file of removed nodes cannot be written, it is tried again file={}", file, e);
            }
            failing = true;
        }
    }

    @GuardedBy("this")
    private void replace(ByteBuffer bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
