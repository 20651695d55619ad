package io.wkmq.cluster.discovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs system programs, for tests against real servers and networks. */
public final class Commands {
    private static final List<String> DIRECTORIES = List.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin");

    private Commands() {}

    /** Whether the program is installed. */
    public static boolean has(String program) {
        return DIRECTORIES.stream().anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Whether this user may make network namespaces here. */
    public static boolean canMakeNamespaces() {
        return has("unshare") && has("ip") && run("unshare", "--net", "--mount", "true") == 0;
    }

    /** Runs to the end; the exit status, or -1 if that takes more than 20 seconds. */
    public static int run(String... command) {
        Process process = start(List.of(command), ProcessBuilder.Redirect.DISCARD);
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                return -1;
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts a program whose output goes to a file. */
    public static Process start(List<String> command, Path output) {
        return start(command, ProcessBuilder.Redirect.appendTo(output.toFile()));
    }

    private static Process start(List<String> command, ProcessBuilder.Redirect output) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
            builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ':' + more);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line of a Java process that runs a class of the tests. */
    public static List<String> java(Class<?> main, String... arguments) {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Whatever a program has written so far. */
    public static String text(Path output) {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
