package io.wkmq.testing.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A library, preloaded into a process by the Linux dynamic linker, that slows down or fails the syncs of its files while it runs. Compiled
 * on demand. For one process. Not thread-safe.
 */
public final class SyncFaults {
    private final Path library;
    private final Path orders;

    private SyncFaults(Path library, Path orders) {
        this.library = library;
        this.orders = orders;
    }

    /**
     * Compiles the library into a directory that does not contain it yet; initially nothing fails. Returns empty if this is not Linux or
     * {@code gcc} is missing.
     */
    public static Optional<SyncFaults> compile(Path directory) throws IOException, InterruptedException {
        return Preloaded.compile(directory, "faults")
                .map(library -> new SyncFaults(library, directory.resolve("faults.orders")));
    }

    /** Returns the environment variables for the process; {@code directory} holds the affected files, named as the kernel names it. */
    public Map<String, String> environment(Path directory) {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "SYNC_FAULTS_DIRECTORY", directory.toString(),
                "SYNC_FAULTS_FILE", orders.toString());
    }

    /** Makes each sync take {@code more} longer from now on. */
    public void slow(Duration more) {
        order("slow " + more.toMillis());
    }

    /** Makes each sync fail with EIO from now on, without syncing anything. */
    public void fail() {
        order("fail 0");
    }

    /** Ends all injected faults. */
    public void mend() {
        order("none 0");
    }

    private void order(String line) {
        try {
            Path written = Files.writeString(orders.resolveSibling("faults.next"), line);
            Files.move(written, orders, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
