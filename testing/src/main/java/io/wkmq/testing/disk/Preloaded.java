package io.wkmq.testing.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Libraries to be preloaded into processes by the Linux dynamic linker, compiled on demand. */
final class Preloaded {
    private Preloaded() {}

    /** Compiles {@code <name>.c} into a directory; returns empty if this is not Linux or {@code gcc} is missing. */
    static Optional<Path> compile(Path directory, String name) throws IOException, InterruptedException {
        if (!System.getProperty("os.name").equals("Linux") || !hasCompiler()) {
            return Optional.empty();
        }
        Path source = directory.resolve(name + ".c");
        try (InputStream in = Objects.requireNonNull(Preloaded.class.getResourceAsStream(name + ".c"))) {
            Files.copy(in, source);
        }
        Path library = directory.resolve(name + ".so");
        Path output = directory.resolve(name + ".out");
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
        return Optional.of(library);
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
}
