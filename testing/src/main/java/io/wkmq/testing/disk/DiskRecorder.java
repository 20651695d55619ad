package io.wkmq.testing.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A library that, loaded into a process by the dynamic linker of Linux, records what the process does to the files of one
 * directory. It is compiled when it is needed. Immutable.
 */
public final class DiskRecorder {
    private final Path library;

    private DiskRecorder(Path library) {
        this.library = library;
    }

    /** Compiles the library into a directory; empty if this is not Linux or there is no {@code gcc} to do it. */
    public static Optional<DiskRecorder> compile(Path directory) throws IOException, InterruptedException {
        return Preloaded.compile(directory, "recorder").map(DiskRecorder::new);
    }

    /**
     * The environment of a process that is to be recorded.
     *
     * @param directory as the process will name it; it is empty, or is not there yet
     * @param record goes on where an earlier process ended
     */
    public Map<String, String> environment(Path directory, Path record) {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "DISK_RECORDER_DIRECTORY", directory.toString(),
                "DISK_RECORDER_FILE", record.toString());
    }
}
