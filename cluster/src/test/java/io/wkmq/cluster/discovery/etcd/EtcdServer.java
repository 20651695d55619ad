package io.wkmq.cluster.discovery.etcd;

import io.wkmq.cluster.discovery.Commands;
import io.wkmq.cluster.discovery.http.PemFiles;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A real etcd server on the loopback interface, with its own directory. */
final class EtcdServer implements AutoCloseable {
    private final Path directory;
    private final PemFiles files;
    private final int clientPort = freePort();
    private final int peerPort = freePort();
    private Process process;

    /**
     * Starts it.
     *
     * @param files for TLS, with certificates asked of clients; {@link PemFiles#NONE} for none
     */
    EtcdServer(Path directory, PemFiles files) {
        this.directory = directory;
        this.files = files;
        this.process = start();
    }

    static boolean installed() {
        return Commands.has("etcd");
    }

    URI url() {
        return URI.create((files.cert() == null ? "http" : "https") + "://127.0.0.1:" + clientPort);
    }

    /** As kill -9 does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    void restart() {
        process = start();
    }

    /** As if it had never been. */
    void wipe() throws IOException {
        try (Stream<Path> found = Files.walk(directory.resolve("etcd"))) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** A call without user; the answer must be a success. */
    void post(String path, String json) {
        HttpRequest request = HttpRequest.newBuilder(url().resolve("/v3/" + path))
                .timeout(Duration.ofSeconds(10))
                .POST(BodyPublishers.ofString(json))
                .build();
        try {
            var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(path + ": " + response.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    private Process start() {
        String peers = "http://127.0.0.1:" + peerPort;
        List<String> command = new ArrayList<>(List.of(
                "etcd",
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + url(),
                "--advertise-client-urls=" + url(),
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers,
                "--heartbeat-interval=50",
                "--election-timeout=250",
                "--unsafe-no-fsync"));
        if (files.cert() != null) {
            command.addAll(List.of(
                    "--cert-file=" + files.cert(),
                    "--key-file=" + files.key(),
                    "--trusted-ca-file=" + files.ca(),
                    "--client-cert-auth"));
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path output = directory.resolve("output");
        int seen = Files.exists(output) ? Commands.text(output).length() : 0;
        Process started = Commands.start(command, output);
        Await.until(
                Duration.ofSeconds(30),
                () -> "etcd serves clients:\n" + Commands.text(output),
                () -> Commands.text(output).substring(seen).contains("ready to serve client requests") && answers());
        return started;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
