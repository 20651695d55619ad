package io.wkmq.broker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.ctl.ManagedNode;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ManagementServerTest {
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";
    private static final HttpLimits LIMITS = new HttpLimits(4, 1024, Duration.ofSeconds(8), Duration.ofSeconds(60));
    private static final HttpLimits IMPATIENT = new HttpLimits(4, 1024, Duration.ofSeconds(1), Duration.ofSeconds(60));

    @TempDir
    private Path home;

    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final ManagementLoop loop = ManagementLoop.start();
    private ManagedNode node;
    private ManagementServer server;

    /** A response: status, headers and body. */
    private record Answer(int status, String headers, String body) {
        static Answer of(String response) {
            int end = response.indexOf("\r\n\r\n");
            assertThat(response).startsWith("HTTP/1.1 ");
            assertThat(end).as(response).isPositive();
            return new Answer(
                    Integer.parseInt(response.substring(9, 12)),
                    response.substring(0, end + 2),
                    response.substring(end + 4));
        }
    }

    @BeforeEach
    void start() {
        node = new ManagedNode(home);
        server = start(() -> problems);
    }

    private ManagementServer start(Readiness readiness) {
        return start(LIMITS, readiness);
    }

    private ManagementServer start(HttpLimits limits, Readiness readiness) {
        return ManagementServer.start(
                loop,
                new InetBind("127.0.0.1", 0),
                limits,
                new BrokerMetrics(node.metricsSources()),
                readiness,
                (request, reply) ->
                        reply.text(200, request.method() + ' ' + request.path() + ' ' + request.parameters()));
    }

    @AfterEach
    void stop() {
        server.close();
        loop.close();
        node.close();
    }

    private Socket send(String bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** What the server says to these bytes until it closes. */
    private String raw(String bytes) {
        try (Socket socket = send(bytes)) {
            return rest(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer ask(String method, String path, String... headers) {
        StringBuilder request = new StringBuilder(method + ' ' + path + " HTTP/1.1\r\nHost: x\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return Answer.of(raw(request.append("\r\n").toString()));
    }

    private MetricsText metrics() {
        return MetricsText.parse(ask("GET", "/metrics").body(), false);
    }

    @Test
    void processThatAnswersIsAlive() {
        problems.add(Readiness.STARTING);
        Answer answer = ask("GET", "/healthz");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok\n");
    }

    @Test
    void nodeIsReadyOnceNothingSpeaksAgainstIt() {
        problems.add(Readiness.STARTING);
        problems.add("storage: \"disk\" full");
        Answer answer = ask("GET", "/readyz");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).contains("content-type: application/json\r\n");
        assertThat(Json.object(answer.body()))
                .isEqualTo(Map.of("ready", false, "reasons", List.of("starting", "storage: \"disk\" full")));

        problems.clear();
        answer = ask("GET", "/readyz?verbose");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(Json.object(answer.body())).isEqualTo(Map.of("ready", true, "reasons", List.of()));

        problems.add(Readiness.STOPPING);
        assertThat(ask("GET", "/readyz").status()).isEqualTo(503);
    }

    @Test
    void pageThatFailsIsAnErrorAndTheNextOneIsNot() {
        AtomicInteger asked = new AtomicInteger();
        server.close();
        server = start(() -> {
            if (asked.getAndIncrement() == 0) {
                throw new IllegalStateException("of the test");
            }
            return List.of();
        });
        assertThat(ask("GET", "/readyz").status()).isEqualTo(500);
        assertThat(ask("GET", "/readyz").status()).isEqualTo(200);
    }

    @Test
    void slowPagesDoNotHoldUpTheHealthPage() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        server.close();
        server = start(() -> {
            asked.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        });
        try (Socket first = send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
                Socket second = send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")) {
            Await.until("both are asked for", () -> asked.get() == 2);
            assertThat(ask("GET", "/readyz").status()).isEqualTo(503);
            assertThat(ask("GET", "/healthz").status()).isEqualTo(200);
            release.countDown();
            assertThat(Answer.of(rest(first)).status()).isEqualTo(200);
            assertThat(Answer.of(rest(second)).status()).isEqualTo(200);
        }
    }

    @Test
    void otherPathsAndMethodsAreRefused() {
        assertThat(ask("GET", "/").status()).isEqualTo(404);
        assertThat(ask("GET", "/metrics/").status()).isEqualTo(404);
        for (String path : List.of("/metrics", "/healthz", "/readyz")) {
            Answer answer = ask("DELETE", path);
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.headers()).contains("allow: GET, HEAD\r\n");
        }
    }

    @Test
    void theApiHasItsPaths() {
        assertThat(ask("GET", "/api/v1/x?a=1&b=%2F&a=2").body()).isEqualTo("GET /api/v1/x {a=2, b=/}\n");
        assertThat(ask("POST", "/channel/messagesync").body()).isEqualTo("POST /channel/messagesync {}\n");
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() {
        for (String path : List.of("/metrics", "/healthz", "/readyz")) {
            Answer answer = ask("HEAD", path);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers()).containsPattern("content-length: [1-9]");
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void onlyTheFirstRequestOfAConnectionIsAnswered() {
        String request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        assertThat(raw(request + request)).containsOnlyOnce("HTTP/1.1 200 OK").contains("connection: close\r\n");
    }

    @Test
    void requestsThatAreNoneOrTooLargeAreRefused() {
        assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /metrics HTTP/1.1\r\nX: " + "x".repeat(9000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void clientThatTakesTooLongIsClosed() {
        server.close();
        server = start(IMPATIENT, () -> problems);
        long before = System.nanoTime();
        assertThat(raw("GET /healthz HTTP/1.1\r\nHo")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(500));
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAtOnce() throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                open.add(send("GET"));
            }
            try (Socket fifth = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                fifth.setSoTimeout(20_000);
                assertThat(fifth.getInputStream().read()).isNegative();
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        Await.until("there is room again", () -> {
            try {
                return ask("GET", "/healthz").status() == 200;
            } catch (UncheckedIOException | AssertionError e) {
                return false;
            }
        });
    }

    @Test
    void portInUseIsExplained() {
        InetBind taken = new InetBind("127.0.0.1", server.port());
        BrokerMetrics metrics = new BrokerMetrics(node.metricsSources());
        assertThatThrownBy(() -> ManagementServer.start(loop, taken, metrics, () -> problems, (request, reply) -> {}))
                .isInstanceOf(ManagementException.class)
                .hasMessageStartingWith("management.listen = 127.0.0.1:" + server.port() + ": cannot listen there: ")
                .hasMessageEndingWith("; choose another address");
    }

    @Test
    void metricsPageIsValidInBothFormats() {
        Answer plain = ask("GET", "/metrics");
        assertThat(plain.headers()).contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n");
        MetricsText text = MetricsText.parse(plain.body(), false);

        Answer open = ask("GET", "/metrics", "Accept: " + OPEN_METRICS + ",text/plain;q=0.5");
        assertThat(open.headers()).contains("content-type: " + OPEN_METRICS + "; charset=utf-8\r\n");
        assertThat(MetricsText.parse(open.body(), true).series().keySet())
                .containsAll(text.series().keySet().stream()
                        .filter(name -> name.startsWith("wkmq_"))
                        .toList());
    }

    @Test
    void metricsFollowWhatClientsDo() {
        assertThat(metrics().of("wkmq_sessions")).isZero();
        try (MqttProbe client = node.client(MqttVersion.V5)) {
            client.connect("c1");
            client.subscribe("a/b", 1);
            client.publish("a/b", "x", 1);
            client.ping();
            MetricsText now = metrics();
            assertThat(now.of("wkmq_info", "node=wkmq@127.0.0.1", "version=1.2.3"))
                    .isEqualTo(1);
            assertThat(now.of("wkmq_connections")).isEqualTo(1);
            assertThat(now.of("wkmq_sessions_connected")).isEqualTo(1);
            assertThat(now.of("wkmq_subscriptions")).isEqualTo(1);
            assertThat(now.of("wkmq_routes")).isEqualTo(1);
            assertThat(now.of("wkmq_messages_received_total", "qos=1")).isEqualTo(1);
            assertThat(now.of("wkmq_packets_received_total", "type=connect")).isEqualTo(1);
            assertThat(now.of("wkmq_packets_sent_total", "type=connack")).isEqualTo(1);
            assertThat(now.of("wkmq_packets_received_total", "type=publish")).isEqualTo(1);
            assertThat(now.of("wkmq_received_bytes_total")).isGreaterThan(20);
            assertThat(now.of("wkmq_sent_bytes_total")).isGreaterThan(10);
            assertThat(now.of("wkmq_messages_dropped_total", "reason=queue_length"))
                    .isZero();
            assertThat(now.of("wkmq_authentications_total", "result=anonymous")).isEqualTo(1);
            assertThat(now.of("wkmq_listener_up", "listener=tcp:external")).isEqualTo(1);
            assertThat(now.of("wkmq_listener_connections", "listener=tcp:external"))
                    .isEqualTo(1);
            assertThat(now.of("wkmq_storage_writable")).isEqualTo(1);
            client.disconnect();
        }
        String closed = "wkmq_listener_connections_closed_total{listener=tcp:external, reason=normal}";
        Await.until("the end is counted", () -> metrics().series().getOrDefault(closed, 0.0) == 1);
    }

    @Test
    void metricsOfTheJvmAreThereAndLabelsAreFew() {
        MetricsText page = metrics();
        assertThat(page.series()).containsKey("jvm_threads_current").containsKey("process_start_time_seconds");
        assertThat(page.series().keySet().stream().filter(name -> name.startsWith("wkmq_")))
                .hasSizeBetween(60, 300);
    }
}
