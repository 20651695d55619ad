package io.wkmq.broker.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.wkmq.broker.config.ListenerConfig.InetBind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages for monitoring: {@code /metrics} for Prometheus, {@code /healthz} (the process is alive) and {@code /readyz} (the
 * node accepts clients, or 503 with the reasons). They require no password, so the server should listen on loopback or an
 * internal network. It also serves the API, which authenticates its clients itself. Thread-safe.
 */
public final class ManagementServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);
    private static final HttpLimits LIMITS =
            new HttpLimits(64, 16 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(30));
    private static final int WORKERS_MAX = 2;
    private static final List<String> API = List.of("/api/", "/channel/", "/cluster/");
    private static final String ALLOWED = "GET, HEAD";

    private final BrokerMetrics metrics;
    private final Readiness readiness;
    private final HttpService api;
    private final Workers workers = new Workers("wkmq-pages", WORKERS_MAX);
    private final HttpServer server;

    private ManagementServer(
            ManagementLoop loop,
            InetBind listen,
            HttpLimits limits,
            BrokerMetrics metrics,
            Readiness readiness,
            HttpService api) {
        this.metrics = metrics;
        this.readiness = readiness;
        this.api = api;
        this.server = HttpServer.onPort(loop, listen, limits, this::serve);
    }

    /**
     * Starts the server.
     *
     * @param api answers requests below {@code /api/}, {@code /channel/} and {@code /cluster/}
     * @throws ManagementException if the address cannot be bound
     */
    public static ManagementServer start(
            ManagementLoop loop, InetBind listen, BrokerMetrics metrics, Readiness readiness, HttpService api) {
        return start(loop, listen, LIMITS, metrics, readiness, api);
    }

    static ManagementServer start(
            ManagementLoop loop,
            InetBind listen,
            HttpLimits limits,
            BrokerMetrics metrics,
            Readiness readiness,
            HttpService api) {
        ManagementServer started = new ManagementServer(loop, listen, limits, metrics, readiness, api);
        log.info("management started address={}:{}", listen.host(), started.port());
        return started;
    }

    /** Returns the actual port. */
    public int port() {
        return server.port();
    }

    private void serve(Request request, Reply reply) {
        if (API.stream().anyMatch(request.path()::startsWith)) {
            api.serve(request, reply);
            return;
        }
        switch (request.path()) {
            case "/healthz" -> get(request, reply, () -> reply.text(HttpResponseStatus.OK.code(), "ok"));
            case "/readyz" -> get(request, reply, () -> work(reply, () -> ready(reply)));
            case "/metrics" -> get(request, reply, () -> work(reply, () -> metrics(request, reply)));
            default ->
                reply.text(
                        HttpResponseStatus.NOT_FOUND.code(),
                        "There is no such page; expected /metrics, /healthz or /readyz");
        }
    }

    private static void get(Request request, Reply reply, Runnable page) {
        if (request.method().equals("GET") || request.method().equals("HEAD")) {
            page.run();
        } else {
            reply.methodNotAllowed(request.method(), ALLOWED);
        }
    }

    private void work(Reply reply, Runnable page) {
        boolean taken = workers.offer(() -> {
            try {
                page.run();
            } catch (RuntimeException e) {
                log.error("A page of management failed", e);
                reply.text(HttpResponseStatus.INTERNAL_SERVER_ERROR.code(), "The page failed, see the node's log");
            }
        });
        if (!taken) {
            reply.text(HttpResponseStatus.SERVICE_UNAVAILABLE.code(), "Too many requests at once, try again later");
        }
    }

    private void ready(Reply reply) {
        List<String> problems = readiness.problems();
        boolean ready = problems.isEmpty();
        JsonWriter json = new JsonWriter()
                .beginObject()
                .field("ready", ready)
                .name("reasons")
                .beginArray();
        problems.forEach(json::value);
        json.endArray().endObject();
        reply.send(
                (ready ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE).code(),
                "application/json",
                (json + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void metrics(Request request, Reply reply) {
        String contentType = BrokerMetrics.contentType(request.header("accept"));
        reply.send(HttpResponseStatus.OK.code(), contentType, metrics.page(contentType));
    }

    @Override
    public void close() {
        server.close();
        workers.close();
    }
}
