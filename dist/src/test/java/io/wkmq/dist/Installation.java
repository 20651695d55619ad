package io.wkmq.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A distribution on disk. */
public record Installation(Path root) {
    /** The one that the build made. */
    public static Installation built() {
        return new Installation(Path.of(System.getProperty("wkmq.distribution", "not set")));
    }

    /** A copy of it elsewhere. */
    Installation copyTo(Path target) {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(root.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Installation(target);
    }

    List<String> names(String directory) {
        try (Stream<Path> files = Files.list(root.resolve(directory))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process of one of its launchers, with nothing of wkmq in its environment but what is given. */
    public ProcessBuilder command(Map<String, String> environment, String launcher, String... arguments) {
        ProcessBuilder builder =
                new ProcessBuilder(root.resolve("bin").resolve(launcher).toString());
        builder.command().addAll(List.of(arguments));
        return in(environment, builder);
    }

    /** A process of a node without a launcher, as a supervisor might start it. */
    ProcessBuilder node(Map<String, String> environment) {
        String java = ProcessHandle.current().info().command().orElse("java");
        return in(
                environment,
                new ProcessBuilder(java, "-Dwkmq.distribution=" + root, "-cp", root + "/lib/*", "io.wkmq.broker.Main"));
    }

    private static ProcessBuilder in(Map<String, String> environment, ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("WKMQ_") || name.startsWith("EMQ_"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** Runs one of its launchers to the end. */
    Outcome run(Map<String, String> environment, String launcher, String... arguments) {
        return run(command(environment, launcher, arguments));
    }

    /** Runs any command to the end. */
    public static Outcome run(ProcessBuilder builder) {
        try {
            // Files, not pipes: a node that goes on in the background keeps the error stream open.
            Path out = Files.createTempFile("wkmq", ".out");
            Path err = Files.createTempFile("wkmq", ".err");
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            Outcome outcome = new Outcome(process.waitFor(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for " + builder.command(), e);
        }
    }
}
