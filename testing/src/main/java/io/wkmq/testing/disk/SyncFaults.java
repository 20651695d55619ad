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
 * A library that, loaded into a process by the dynamic linker of Linux, lets the syncs of its files take longer or fail, from one moment to the
 * next. It is compiled when it is needed. For one process; one thread at a time.
 */
public final class SyncFaults {
    private final Path library;
    private final Path orders;

    private SyncFaults(Path library, Path orders) {
        this.library = library;
        this.orders = orders;
    }

    /**
     * Compiles the library into a directory, in which none is yet; nothing fails. Empty if this is not Linux or there is no
     * {@code gcc} to do it.
     */
    public static Optional<SyncFaults> compile(Path directory) throws IOException, InterruptedException {
        return Preloaded.compile(directory, "faults")
                .map(library -> new SyncFaults(library, directory.resolve("faults.orders")));
    }

    /** The environment of the process, whose files are those below a directory as the system names it. */
    public Map<String, String> environment(Path directory) {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "SYNC_FAULTS_DIRECTORY", directory.toString(),
                "SYNC_FAULTS_FILE", orders.toString());
    }

    /** Each sync takes so much longer from now on. */
    public void slow(Duration more) {
        order("slow " + more.toMillis());
    }

    /** Each sync fails from now on, with EIO, and syncs nothing. */
    public void fail() {
        order("fail 0");
    }

    /** Nothing fails any more. */
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
