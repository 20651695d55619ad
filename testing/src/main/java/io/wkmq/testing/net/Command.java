package io.wkmq.testing.net;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs system programs and Java classes as processes, with a time limit. */
public final class Command {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<String> DIRECTORIES = List.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin");

    private Command() {}

    /** Returns whether a program is installed. */
    public static boolean has(String program) {
        return DIRECTORIES.stream().anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Returns the command line of a small Java process that runs {@code main}; its class path has only the location of that class. */
    public static List<String> java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                Path.of(main.getProtectionDomain().getCodeSource().getLocation().getPath())
                        .toString(),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Creates a process builder whose PATH includes the directories of administration programs. */
    public static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ':' + more);
        return builder;
    }

    /**
     * Runs a command until it exits.
     *
     * @param input its standard input
     * @return its output
     * @throws IllegalStateException if it fails or takes too long
     */
    public static String run(List<String> command, String input) {
        try {
            // A file rather than a pipe: a process that fills a pipe which nobody reads would block forever.
            Path out = Files.createTempFile("command", ".out");
            try {
                return run(builder(command).redirectOutput(out.toFile()).start(), command, input, out);
            } finally {
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not run " + command, e);
        }
    }

    private static String run(Process process, List<String> command, String input, Path out) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("Still running after " + LIMIT + ": " + command);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException("Interrupted while waiting for " + command, e);
        }
        String written = Files.readString(out);
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    command + " ended with status " + process.exitValue() + ": " + written + input);
        }
        return written;
    }
}
