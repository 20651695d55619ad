package io.wkmq.dist;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A separate in-memory file system that can fill up. Needs permission to mount. Closing it unmounts it. */
final class SmallDisk implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Mounts one at a directory that is made; empty if that is not permitted or not possible here. */
    static Optional<SmallDisk> mount(Path directory, String size) throws IOException {
        Files.createDirectories(directory);
        return run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString())
                ? Optional.of(new SmallDisk(directory))
                : Optional.empty();
    }

    /** Takes all the space that is left. */
    void fill() throws IOException {
        try (OutputStream filler = Files.newOutputStream(filler())) {
            byte[] chunk = new byte[CHUNK_BYTES];
            while (directory.toFile().getUsableSpace() > 0) {
                filler.write(chunk);
            }
        } catch (IOException e) {
            if (directory.toFile().getUsableSpace() >= CHUNK_BYTES) {
                throw e; // it is not full, something else is wrong
            }
        }
    }

    /** Gives the space back. */
    void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return directory.resolve("filler");
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for " + List.of(command), e);
        }
    }

    @Override
    public void close() {
        // lazily: a node that was killed may not be gone yet
        if (!run("umount", "-l", directory.toString())) {
            throw new IllegalStateException("Could not unmount " + directory);
        }
    }
}
