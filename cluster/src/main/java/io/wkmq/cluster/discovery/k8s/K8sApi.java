package io.wkmq.cluster.discovery.k8s;

import io.wkmq.cluster.discovery.http.Http;
import io.wkmq.cluster.discovery.http.Http.Reply;
import io.wkmq.cluster.discovery.http.Json;
import io.wkmq.cluster.discovery.http.PemFiles;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The Kubernetes API calls that discovery needs. Confined to one thread at a time. */
final class K8sApi {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final int PAGE = 500;
    private static final int PAGES_MAX = 10;
    private static final int TOKEN_CHARACTERS_MAX = 16_384;

    private final K8sSettings settings;
    private final Http http;

    /** Thrown when the API server answered, but rejected the request. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;

        RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        /** Returns whether this kind of object is unknown there, or not visible to this node; another kind may work. */
        boolean ofThisKind() {
            return status == 403 || status == 404;
        }
    }

    K8sApi(K8sSettings settings) {
        this.settings = settings;
        PemFiles files = settings.secure() ? new PemFiles(settings.caFile(), null, null) : PemFiles.NONE;
        this.http = new Http(files, CALL_LIMIT);
    }

    /** Returns the service's endpoints from its slices; empty also if there is no such service. */
    List<Endpoint> slices() throws IOException, InterruptedException {
        String path = "/apis/discovery.k8s.io/v1/namespaces/" + settings.namespace() + "/endpointslices?limit=" + PAGE
                + "&labelSelector=" + encoded("kubernetes.io/service-name=" + settings.service());
        List<Endpoint> endpoints = new ArrayList<>();
        String next = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            Json list = get(next.isEmpty() ? path : path + "&continue=" + encoded(next));
            endpoints.addAll(Endpoint.ofSlices(list));
            next = list.at("metadata").at("continue").text();
            if (next.isEmpty()) {
                break;
            }
        }
        return endpoints;
    }

    /** Returns the service's endpoints from its Endpoints object, as in servers before 1.21. */
    List<Endpoint> endpoints() throws IOException, InterruptedException {
        return Endpoint.of(get("/api/v1/namespaces/" + settings.namespace() + "/endpoints/" + settings.service()));
    }

    private Json get(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base() + path))
                .header("Accept", "application/json")
                .header("User-Agent", "wkmq");
        if (settings.secure()) {
            request.header("Authorization", "Bearer " + token());
        }
        Reply reply = http.call(request.build());
        if (reply.status() == 200) {
            return Json.parse(reply.body());
        }
        throw new RefusedException(
                reply.status(),
                "the API server " + base() + " refuses: " + message(reply) + " (status " + reply.status() + ')');
    }

    private String token() throws IOException {
        String token;
        try {
            token = Files.readString(settings.tokenFile(), StandardCharsets.US_ASCII)
                    .strip();
        } catch (IOException e) {
            throw new IOException(
                    "there is no token in " + settings.tokenFile()
                            + "; a pod has one if its service account is mounted",
                    e);
        }
        boolean fits = !token.isEmpty()
                && token.length() <= TOKEN_CHARACTERS_MAX
                && token.chars().allMatch(c -> c > ' ' && c < 0x7F);
        if (!fits) {
            throw new IOException(settings.tokenFile() + " holds no token; expected one word");
        }
        return token;
    }

    private String base() {
        String base = settings.apiServer().toString();
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }

    /** Returns the message of a Status object, by which the API server reports errors. */
    private static String message(Reply reply) {
        try {
            return Json.parse(reply.body()).at("message").text(reply.shown());
        } catch (IOException notJson) {
            return reply.shown();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
