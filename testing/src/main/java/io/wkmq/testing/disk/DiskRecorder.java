package io.wkmq.testing.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A library, preloaded into a process by the Linux dynamic linker, that records what the process does to the files of one directory.
 * Compiled on demand. Immutable.
 */
public final class DiskRecorder {
    private final Path library;

    private DiskRecorder(Path library) {
        this.library = library;
    }

    /** Compiles the library into a directory; returns empty if this is not Linux or {@code gcc} is missing. */
    public static Optional<DiskRecorder> compile(Path directory) throws IOException, InterruptedException {
        return Preloaded.compile(directory, "recorder").map(DiskRecorder::new);
    }

    /**
     * Returns the environment variables for a process to be recorded.
     *
     * @param directory the directory to record, named as the process will name it; empty or not created yet
     * @param record the file to record into; a later process appends to what an earlier one recorded
     */
    public Map<String, String> environment(Path directory, Path record) {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "DISK_RECORDER_DIRECTORY", directory.toString(),
                "DISK_RECORDER_FILE", record.toString());
    }
}
