package io.wkmq.testing.k8s;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * A fake Kubernetes API server that answers the calls of discovery the way a real one does: TLS, tokens, access per resource kind, Status
 * objects, paging. Knows one service, {@code wkmq} in the namespace {@code mqtt}. Thread-safe.
 */
public final class KubernetesApi implements AutoCloseable {
    private static final String SLICES = "/apis/discovery.k8s.io/v1/namespaces/";
    private static final String CORE = "/api/v1/namespaces/";

    private final HttpsServer server;
    private final Supplier<List<Pod>> pods;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile String token = "";
    private volatile boolean hasSlices = true;
    private volatile boolean showsSlices = true;
    private volatile boolean showsEndpoints = true;

    /**
     * Starts to listen; rejects every token until {@link #accept}.
     *
     * @param pods supplies the current pods; asked on every call
     */
    public KubernetesApi(InetSocketAddress address, SSLContext tls, Supplier<List<Pod>> pods) throws IOException {
        this.pods = pods;
        server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", this::answer);
        server.start();
    }

    /** Returns the server's base URL. */
    public URI url() {
        InetSocketAddress address = server.getAddress();
        return URI.create("https://" + address.getAddress().getHostAddress() + ':' + address.getPort());
    }

    /** Makes {@code newToken} the only valid token. */
    public void accept(String newToken) {
        token = newToken;
    }

    /** Behaves like an API server that predates EndpointSlices. */
    public void dropSlices() {
        hasSlices = false;
    }

    /** Denies access to EndpointSlices from now on. */
    public void forbidSlices() {
        showsSlices = false;
    }

    /** Denies access to Endpoints from now on. */
    public void forbidEndpoints() {
        showsEndpoints = false;
    }

    /** Makes the next call fail. */
    public void failOnce() {
        failures.set(1);
    }

    /** Returns the calls so far, as path and query. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getQuery();
        calls.add(path + (query == null ? "" : "?" + query));
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            status(exchange, 500, "InternalError", "etcdserver: request timed out");
        } else if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            status(exchange, 401, "Unauthorized", "Unauthorized");
        } else if (path.startsWith(SLICES) && !hasSlices) {
            send(exchange, 404, "text/plain", "404 page not found\n");
        } else if (!path.startsWith(SLICES + "mqtt/") && !path.startsWith(CORE + "mqtt/")) {
            forbidden(exchange, "anything", "elsewhere");
        } else if (path.equals(SLICES + "mqtt/endpointslices")) {
            slices(exchange, query == null ? "" : query);
        } else if (path.startsWith(CORE + "mqtt/endpoints/")) {
            endpoints(exchange, path.substring(path.lastIndexOf('/') + 1));
        } else {
            status(exchange, 404, "NotFound", "the server could not find the requested resource");
        }
    }

    /** Answers with one slice per page and two endpoints per slice. */
    private void slices(HttpExchange exchange, String query) throws IOException {
        if (!showsSlices) {
            forbidden(exchange, "endpointslices", "discovery.k8s.io");
            return;
        }
        boolean selected = query.contains("labelSelector=kubernetes.io/service-name=wkmq");
        int from =
                query.contains("continue=") ? Integer.parseInt(query.replaceAll(".*continue=page-(\\d+).*", "$1")) : 0;
        List<Pod> all = selected ? pods.get() : List.of();
        List<Pod> page = all.subList(Math.min(from, all.size()), Math.min(from + 2, all.size()));
        boolean more = from + 2 < all.size();
        String endpoints = page.stream()
                .map(pod -> "{\"addresses\":[\"" + pod.ip() + "\"],\"conditions\":{\"ready\":" + pod.ready()
                        + ",\"serving\":"
                        + pod.ready() + ",\"terminating\":false}"
                        + (pod.hostname().isEmpty() ? "" : ",\"hostname\":\"" + pod.hostname() + "\"")
                        + ",\"nodeName\":\"n1\",\"targetRef\":{\"kind\":\"Pod\",\"namespace\":\"mqtt\"}}")
                .collect(Collectors.joining(","));
        String slice = "{\"metadata\":{\"name\":\"wkmq-x7k2p\",\"namespace\":\"mqtt\",\"labels\":{"
                + "\"kubernetes.io/service-name\":\"wkmq\"}},\"addressType\":\"IPv4\",\"endpoints\":[" + endpoints
                + "],\"ports\":[{\"name\":\"cluster\",\"port\":6369,\"protocol\":\"TCP\"}]}";
        send(
                exchange,
                200,
                "application/json",
                "{\"kind\":\"EndpointSliceList\",\"apiVersion\":\"discovery.k8s.io/v1\",\"metadata\":{"
                        + "\"resourceVersion\":\"1042\"" + (more ? ",\"continue\":\"page-" + (from + 2) + "\"" : "")
                        + "},\"items\":[" + (page.isEmpty() ? "" : slice) + "]}");
    }

    private void endpoints(HttpExchange exchange, String service) throws IOException {
        if (!showsEndpoints) {
            forbidden(exchange, "endpoints \"" + service + "\"", "");
        } else if (!service.equals("wkmq")) {
            status(exchange, 404, "NotFound", "endpoints \\\"" + service + "\\\" not found");
        } else {
            send(
                    exchange,
                    200,
                    "application/json",
                    "{\"kind\":\"Endpoints\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"wkmq\",\"namespace\":\"mqtt\"},"
                            + "\"subsets\":[{\"addresses\":" + addresses(true) + ",\"notReadyAddresses\":"
                            + addresses(false) + ",\"ports\":[{\"port\":6369,\"protocol\":\"TCP\"}]}]}");
        }
    }

    private String addresses(boolean ready) {
        return pods.get().stream()
                .filter(pod -> pod.ready() == ready)
                .map(pod -> "{\"ip\":\"" + pod.ip() + "\""
                        + (pod.hostname().isEmpty() ? "" : ",\"hostname\":\"" + pod.hostname() + "\"")
                        + ",\"nodeName\":\"n1\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static void forbidden(HttpExchange exchange, String resource, String group) throws IOException {
        status(
                exchange,
                403,
                "Forbidden",
                resource.replace("\"", "\\\"")
                        + " is forbidden: User \\\"system:serviceaccount:mqtt:wkmq\\\" cannot list"
                        + " resource in API group \\\"" + group + "\\\" in the namespace \\\"mqtt\\\"");
    }

    private static void status(HttpExchange exchange, int code, String reason, String message) throws IOException {
        send(
                exchange,
                code,
                "application/json",
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\""
                        + message + "\",\"reason\":\"" + reason + "\",\"code\":" + code + "}");
    }

    private static void send(HttpExchange exchange, int code, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
