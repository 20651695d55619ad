package io.wkmq.cluster.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTest {
    private static final Duration LIMIT = Duration.ofMillis(1500);

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        threads.shutdownNow();
    }

    @Test
    void aServerThatFallsSilentIsNotWaitedFor() throws IOException {
        HttpServer server = server(HttpServer.create(loopback(), 0));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("begun".getBytes(StandardCharsets.US_ASCII));
            exchange.getResponseBody().flush();
            awaitEnd();
        });

        assertThatThrownBy(() -> new Http(PemFiles.NONE, LIMIT).call(get(server, "http")))
                .isInstanceOf(IOException.class)
                .hasMessage("http://127.0.0.1:" + server.getAddress().getPort() + " does not answer within 1500 ms");
        server.stop(0);
    }

    @Test
    void aServerThatDoesNotBeginToAnswerIsNotFollowed() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort());

            assertThatThrownBy(() -> new Http(PemFiles.NONE, LIMIT)
                            .follow(HttpRequest.newBuilder(uri).build(), Duration.ofHours(1), line -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage(uri + " does not answer within 1500 ms");
        }
    }

    @Test
    void aRefusalThatDoesNotEndIsTold() throws Exception {
        HttpServer server = server(HttpServer.create(loopback(), 0));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(503, 0);
            exchange.getResponseBody().write("no leader".getBytes(StandardCharsets.US_ASCII));
            exchange.getResponseBody().flush();
            awaitEnd();
        });

        Http.Reply reply = new Http(PemFiles.NONE, LIMIT).follow(get(server, "http"), Duration.ofHours(1), line -> {});

        assertThat(reply.status()).isEqualTo(503);
        server.stop(0);
    }

    @Test
    void anAnswerThatHasBegunIsFollowedForItsTime() throws Exception {
        HttpServer server = server(HttpServer.create(loopback(), 0));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("one\ntwo\nthr".getBytes(StandardCharsets.US_ASCII));
            exchange.getResponseBody().flush();
            awaitEnd();
        });
        List<String> lines = new CopyOnWriteArrayList<>();

        Http.Reply reply = new Http(PemFiles.NONE, Duration.ofSeconds(30))
                .follow(get(server, "http"), LIMIT, line -> lines.add(new String(line, StandardCharsets.US_ASCII)));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(lines).containsExactly("one", "two");
        server.stop(0);
    }

    @Test
    void anEndlessAnswerIsCutOff() throws IOException {
        HttpServer server = server(HttpServer.create(loopback(), 0));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                byte[] part = new byte[1 << 16];
                while (end.getCount() > 0) {
                    body.write(part);
                }
            }
        });

        assertThatThrownBy(() -> new Http(PemFiles.NONE, Duration.ofSeconds(30)).call(get(server, "http")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("its answer is longer than 4194304 bytes");
        server.stop(0);
    }

    @Test
    void aPortWithoutServerIsTold() throws IOException {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }

        assertThatThrownBy(() -> new Http(PemFiles.NONE, Duration.ofSeconds(30))
                        .call(HttpRequest.newBuilder(nobody).build()))
                .isInstanceOf(IOException.class)
                .hasMessage(nobody + ": no connection");
    }

    @Test
    void aNewAuthorityIsTakenUpWithoutARestart() throws Exception {
        TestPki before = new TestPki(directory.resolve("before"));
        TestPki after = new TestPki(directory.resolve("after"));
        Path ca = directory.resolve("ca.crt");
        Http http = new Http(new PemFiles(ca, null, null), Duration.ofSeconds(30));
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(after.server()));
        server(server).createContext("/", exchange -> exchange.sendResponseHeaders(204, -1));
        assertThatThrownBy(() -> http.call(get(server, "https"))).hasMessage("there is no file " + ca);

        Files.copy(before.ca(), ca);
        assertThatThrownBy(() -> http.call(get(server, "https"))).hasMessageContaining("PKIX path");

        Files.write(ca, Files.readAllBytes(after.ca()));
        assertThat(http.call(get(server, "https")).status()).isEqualTo(204);
        server.stop(0);
    }

    @Test
    void aCertificateForAnotherHostIsNotTaken() throws Exception {
        TestPki pki = new TestPki(directory);
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(pki.server()));
        server(server).createContext("/", exchange -> exchange.sendResponseHeaders(204, -1));
        URI other = URI.create("https://localhost:" + server.getAddress().getPort());

        assertThatThrownBy(() -> new Http(new PemFiles(pki.ca(), null, null), Duration.ofSeconds(30))
                        .call(HttpRequest.newBuilder(other).build()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("matching localhost");
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----"})
    void aKeyOfAnotherFormIsToldWithTheWayToChangeIt(String content) throws IOException {
        PemFiles files = new TestPki(directory).files("node");
        Files.writeString(directory.resolve("node.key"), content);

        assertThatThrownBy(files::context)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("node.key holds no private key in PKCS #8")
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }

    private <S extends HttpServer> S server(S server) {
        server.setExecutor(threads);
        server.start();
        return server;
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static HttpRequest get(HttpServer server, String scheme) {
        return HttpRequest.newBuilder(URI.create(
                        scheme + "://127.0.0.1:" + server.getAddress().getPort()))
                .build();
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
