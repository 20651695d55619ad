package io.wkmq.testing.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An unnamed network namespace. A separate process holds it and exits when the test process does, so nothing is left behind however the
 * test ends. Thread-safe.
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

    /** Returns the process id of the holder, by which {@code ip} addresses the namespace. */
    String pid() {
        return Long.toString(holder.pid());
    }

    /** Returns a command line that runs the command in the namespace. */
    List<String> enter(List<String> command) {
        List<String> entered = new ArrayList<>(List.of("nsenter", "-n", "-t", pid(), "--"));
        entered.addAll(command);
        return entered;
    }

    /** Runs a command in the namespace until it exits. */
    String run(String... command) {
        return Command.run(enter(List.of(command)), "");
    }

    /** Applies an nftables script in the namespace. */
    void nft(String script) {
        Command.run(enter(List.of("nft", "-f", "-")), script);
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }
}
