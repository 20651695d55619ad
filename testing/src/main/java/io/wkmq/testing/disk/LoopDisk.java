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
 * A file system of its own, ext4 in a file, that can be filled up and can lose its power. Needs Linux, the right to mount, and {@code mkfs.ext4}.
 * Closing it unmounts it. One thread at a time.
 */
public final class LoopDisk implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int BLOCK_BYTES = 1 << 10;

    /** Longer than tests take: by itself, every five seconds, ext4 makes more durable than was synced. */
    private static final int COMMIT_SECONDS = 600;

    private final Path image;
    private final Path directory;

    private LoopDisk(Path image, Path directory) {
        this.image = image;
        this.directory = directory;
    }

    /** Makes one of that size in a file, and mounts it at a directory that is made; empty if that is not permitted or not possible here. */
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

    /** Takes all the space that is left. */
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
                space = false; // not for so much
            }
        }
    }

    /** Gives the space back. */
    public void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return directory.resolve("filler");
    }

    /**
     * What was not synced is lost, but for what the system had written of it by itself. Who used the disk has to be dead already: the
     * system would write for him else.
     */
    public void losePower() throws IOException {
        Path left = image.resolveSibling(image.getFileName() + ".left");
        run("cp", "--sparse=always", image.toString(), left.toString());
        unmount(); // what that writes goes into the file that is replaced
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
