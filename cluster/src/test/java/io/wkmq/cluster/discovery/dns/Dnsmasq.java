package io.wkmq.cluster.discovery.dns;

import io.wkmq.cluster.discovery.Commands;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A real name server (dnsmasq) on a port of the loopback interface. */
final class Dnsmasq implements AutoCloseable {
    private static final int PORTS_MIN = 20_000;
    private static final int PORTS_MAX = 32_000;

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

    /** Free a moment ago for both kinds of sockets, and below the ports that Linux gives to connections. */
    static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(PORTS_MIN, PORTS_MAX);
            try (DatagramSocket datagrams = new DatagramSocket(port, InetAddress.getLoopbackAddress());
                    ServerSocket streams = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return Math.min(datagrams.getLocalPort(), streams.getLocalPort());
            } catch (IOException taken) {
                // another try
            }
        }
        throw new IllegalStateException("No free port between " + PORTS_MIN + " and " + PORTS_MAX);
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
