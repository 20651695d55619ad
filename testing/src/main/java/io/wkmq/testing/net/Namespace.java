package io.wkmq.testing.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace without a name. A process of its own holds it and ends when the test's process does, so nothing is left
 * behind however that ends. Thread-safe.
 */
final class Namespace implements AutoCloseable {
    private final Process holder;

    private Namespace(Process holder) {
        this.holder = holder;
    }

    static Namespace make() {
        try {
            Process holder = Command.builder(List.of("unshare", "--net", "sh", "-c", "echo made; exec cat"))
                    .start();
            if (!"made".equals(holder.inputReader().readLine())) {
                throw new IllegalStateException("A network namespace could not be made; this needs root");
            }
            return new Namespace(holder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process that holds it: what {@code ip} calls it by. */
    String pid() {
        return Long.toString(holder.pid());
    }

    /** A command that runs in it. */
    List<String> enter(List<String> command) {
        List<String> entered = new ArrayList<>(List.of("nsenter", "-n", "-t", pid(), "--"));
        entered.addAll(command);
        return entered;
    }

    /** Runs a command in it, to the end. */
    String run(String... command) {
        return Command.run(enter(List.of(command)), "");
    }

    /** Changes the packet filter. */
    void nft(String script) {
        Command.run(enter(List.of("nft", "-f", "-")), script);
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }
}
