package io.wkmq.testing.disk;

import io.wkmq.testing.net.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * A separate file system, ext4 in an image file, that can fill up and lose power. Needs Linux, permission to mount, and {@code mkfs.ext4}.
 * Closing it unmounts it. Not thread-safe.
 */
public final class LoopDisk implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int BLOCK_BYTES = 1 << 10;

    /** Longer than any test: by default ext4 commits unsynced data by itself every five seconds. */
    private static final int COMMIT_SECONDS = 600;

    private final Path image;
    private final Path directory;

    private LoopDisk(Path image, Path directory) {
        this.image = image;
        this.directory = directory;
    }

    /**
     * Creates a file system of that size in {@code image} and mounts it at {@code directory}, which is created; returns empty if that is
     * not permitted or not possible here.
     */
    public static Optional<LoopDisk> mount(Path image, long bytes, Path directory) throws IOException {
        if (!Command.has("mkfs.ext4") || !Command.has("mount")) {
            return Optional.empty();
        }
        Files.createDirectories(directory);
        LoopDisk disk = new LoopDisk(image, directory);
        try {
            run("truncate", "-s", Long.toString(bytes), image.toString());
            run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
            disk.mount();
            run("rmdir", directory.resolve("lost+found").toString());
            return Optional.of(disk);
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }

    private void mount() {
        run("mount", "-o", "loop,commit=" + COMMIT_SECONDS, image.toString(), directory.toString());
    }

    /** Fills up the remaining space. */
    public void fill() throws IOException {
        try (OutputStream filler = Files.newOutputStream(filler())) {
            for (int chunkBytes = CHUNK_BYTES; chunkBytes >= BLOCK_BYTES; chunkBytes /= 2) {
                fill(filler, new byte[chunkBytes]);
            }
        }
        if (directory.toFile().getUsableSpace() >= CHUNK_BYTES) {
            throw new IOException(directory + " is not full, something else is wrong");
        }
    }

    private static void fill(OutputStream filler, byte[] chunk) {
        boolean space = true;
        while (space) {
            try {
                filler.write(chunk);
            } catch (IOException e) {
                space = false; // no room for a chunk of this size
            }
        }
    }

    /** Frees the space that {@link #fill} took. */
    public void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return directory.resolve("filler");
    }

    /**
     * Loses whatever was not synced, except what the kernel has written back on its own. Every process that uses the disk must be dead
     * already: otherwise the kernel would write back its data after all.
     */
    public void losePower() throws IOException {
        Path left = image.resolveSibling(image.getFileName() + ".left");
        run("cp", "--sparse=always", image.toString(), left.toString());
        unmount(); // what this flushes goes to the image that is replaced below
        Files.move(left, image, StandardCopyOption.ATOMIC_MOVE);
        mount();
    }

    private void unmount() {
        run("umount", "-l", directory.toString());
    }

    private static void run(String... command) {
        var unused = Command.run(List.of(command), "");
    }

    @Override
    public void close() throws IOException {
        unmount();
        Files.deleteIfExists(image);
    }
}
