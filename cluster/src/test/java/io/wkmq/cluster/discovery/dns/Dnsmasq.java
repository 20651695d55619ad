package io.wkmq.cluster.discovery.dns;

import io.wkmq.cluster.discovery.Commands;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real name server on a port of the loopback interface. */
final class Dnsmasq implements AutoCloseable {
    private final int port;
    private final Process process;

    private Dnsmasq(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    static boolean installed() {
        return Commands.has("dnsmasq");
    }

    /** A server that knows those records and nobody else to ask. */
    static Dnsmasq start(Path directory, int port, String... records) {
        Path output = directory.resolve("dnsmasq");
        List<String> command = command(port);
        command.addAll(List.of(records));
        Process process = Commands.start(command, output);
        Await.until(
                Await.DEFAULT,
                () -> Commands.text(output),
                () -> Commands.text(output).contains("started, version"));
        return new Dnsmasq(port, process);
    }

    static List<String> command(int port) {
        List<String> command = new ArrayList<>(List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--log-facility=-",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--bind-interfaces",
                "--listen-address=127.0.0.1",
                "--local=/example/",
                "--port=" + port));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--user=root");
        }
        return command;
    }

    static int freePort() {
        try (DatagramSocket socket = new DatagramSocket()) {
            return socket.getLocalPort();
        } catch (SocketException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    String url() {
        return "dns://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
