package io.wkmq.testing.net;

import io.wkmq.testing.mqtt.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lets the test process open connections from a host of the lab, through a {@link Relay} there. Thread-safe. */
public final class Doorway implements AutoCloseable {
    private final Path directory;
    private final Process relay;

    private Doorway(Path directory, Process relay) {
        this.directory = directory;
        this.relay = relay;
    }

    /** Starts a relay on a host. */
    public static Doorway on(Host host) {
        try {
            Path directory = Files.createTempDirectory("lab"); // short: the path of a socket is limited to 108 bytes
            Process relay = host.on(Command.builder(
                            Command.java(Relay.class, directory.resolve("door").toString())))
                    .start();
            String line = relay.inputReader().readLine();
            if (!"listening".equals(line)) {
                throw new IllegalStateException("The relay on " + host + " did not start: " + line);
            }
            return new Doorway(directory, relay);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Connects from that host to another.
     *
     * @throws IOException if nobody listens there, or the other host does not answer within 5 s
     */
    public Wire open(String address, int port) throws IOException {
        return RelayedWire.open(directory.resolve("door"), address, port);
    }

    @Override
    public void close() {
        relay.destroyForcibly();
        try {
            Files.deleteIfExists(directory.resolve("door"));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
