package io.wkmq.testing.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Syncs of a process that fail or are slow: of the program that syncs a file. */
class SyncFaultsTest {
    private static final Duration SLOW = Duration.ofMillis(300);

    private Path directory;
    private SyncFaults faults;
    private Path file;

    @BeforeEach
    void compile(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Optional<SyncFaults> compiled = SyncFaults.compile(directory);
        assumeTrue(compiled.isPresent(), "it needs Linux and gcc");
        faults = compiled.orElseThrow();
        file = Files.createDirectories(directory.resolve("data")).resolve("file");
        Files.writeString(file, "text");
    }

    @Test
    void nothingFailsUntilItIsToldTo() throws Exception {
        assertThat(sync(file)).isZero();

        faults.fail();
        assertThat(sync(file)).isNotZero();

        faults.mend();
        assertThat(sync(file)).isZero();
    }

    @Test
    void otherFilesAreSyncedAsEver() throws Exception {
        faults.fail();

        assertThat(sync(Files.writeString(directory.resolve("other"), "text"))).isZero();
    }

    @Test
    void aSlowSyncTakesLonger() throws Exception {
        faults.slow(SLOW);
        long sinceNanos = System.nanoTime();

        assertThat(sync(file)).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - sinceNanos)).isGreaterThanOrEqualTo(SLOW);
    }

    private int sync(Path which) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sync", which.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(faults.environment(directory.resolve("data")));
        return builder.start().waitFor();
    }
}
