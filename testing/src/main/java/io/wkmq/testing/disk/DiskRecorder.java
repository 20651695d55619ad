package io.wkmq.testing.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
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
        if (!System.getProperty("os.name").equals("Linux") || !hasCompiler()) {
            return Optional.empty();
        }
        Path source = directory.resolve("recorder.c");
        try (InputStream in = Objects.requireNonNull(DiskRecorder.class.getResourceAsStream("recorder.c"))) {
            Files.copy(in, source);
        }
        Path library = directory.resolve("recorder.so");
        Path output = directory.resolve("recorder.out");
        Process process = new ProcessBuilder(
                        "gcc",
                        "-shared",
                        "-fPIC",
                        "-O1",
                        "-o",
                        library.toString(),
                        source.toString(),
                        "-ldl",
                        "-lpthread")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("gcc cannot compile " + source + ": " + Files.readString(output));
        }
        return Optional.of(new DiskRecorder(library));
    }

    private static boolean hasCompiler() throws InterruptedException {
        try {
            return new ProcessBuilder("gcc", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
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
