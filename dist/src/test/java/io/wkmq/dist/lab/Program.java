package io.wkmq.dist.lab;

import io.wkmq.testing.Await;
import io.wkmq.testing.net.Command;
import io.wkmq.testing.net.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A program on a host of the lab whose output goes to a file. Closing it kills it. */
record Program(Process process) implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** Starts it and waits until it has written that text. */
    static Program start(Host host, Path output, String ready, List<String> command) {
        try {
            Process process = host.on(Command.builder(command))
                    .redirectOutput(output.toFile())
                    .start();
            Await.until(
                    START_LIMIT,
                    () -> command + " writes '" + ready + "'; it wrote\n" + text(output),
                    () -> text(output).contains(ready));
            return new Program(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
