package io.wkmq.cluster.discovery.etcd;

import io.wkmq.cluster.discovery.http.Http;
import io.wkmq.cluster.discovery.http.Http.Reply;
import io.wkmq.cluster.discovery.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The few etcd calls that discovery needs, over the JSON gateway of the version 3 API. Fails over to the next server when one does
 * not answer, and authenticates again when its token is rejected. Confined to one thread at a time.
 */
final class EtcdClient {
    /** The maximum number of keys that are read. */
    static final int KEYS_MAX = 2048;

    private static final Duration CALL_LIMIT = Duration.ofSeconds(3);
    private static final Duration CALLS_LIMIT = Duration.ofSeconds(10);
    private static final Logger log = LoggerFactory.getLogger(EtcdClient.class);

    private final EtcdSettings settings;
    private final Http http;
    private int server;
    private String token = "";

    /** Thrown when etcd answered, but rejected the request. */
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean unauthenticated;

        RefusedException(String message, boolean unauthenticated) {
            super(message);
            this.unauthenticated = unauthenticated;
        }
    }

    EtcdClient(EtcdSettings settings) {
        this.settings = settings;
        this.http = new Http(settings.files(), CALL_LIMIT);
    }

    /** Creates a lease; returns its id. */
    String grant(Duration ttl) throws IOException, InterruptedException {
        String id = call("lease/grant", Json.object(fields -> fields.put("TTL", Math.max(1, ttl.toSeconds()))))
                .at("ID")
                .text();
        if (id.isEmpty()) {
            throw new IOException(current() + " granted a lease without an id");
        }
        return id;
    }

    /** Keeps a lease alive; returns false if it has expired. */
    boolean keepAlive(String lease) throws IOException, InterruptedException {
        // For an expired lease etcd answers 200 as well, but without a time to live.
        String ttl = call("lease/keepalive", Json.object(fields -> fields.put("ID", lease)))
                .at("result")
                .at("TTL")
                .text();
        return !ttl.isEmpty() && !ttl.equals("0");
    }

    /** Revokes a lease, which deletes its keys. */
    void revoke(String lease) throws IOException, InterruptedException {
        Json unused = call("lease/revoke", Json.object(fields -> fields.put("ID", lease)));
    }

    /** Sets a key for as long as the lease lives. */
    void put(String key, byte[] value, String lease) throws IOException, InterruptedException {
        Json unused = call(
                "kv/put",
                Json.object(fields -> fields.put("key", base64(key))
                        .put("value", base64(value))
                        .put("lease", lease)));
    }

    /** Sets a key unless it exists; returns false if it does. */
    boolean create(String key, byte[] value, String lease) throws IOException, InterruptedException {
        byte[] transaction = Json.object(fields -> fields.listOfOne(
                        "compare",
                        compare -> compare.put("key", base64(key))
                                .put("target", "CREATE")
                                .put("result", "EQUAL")
                                .put("create_revision", 0))
                .listOfOne(
                        "success",
                        success -> success.object(
                                "request_put",
                                put -> put.put("key", base64(key))
                                        .put("value", base64(value))
                                        .put("lease", lease))));
        return call("kv/txn", transaction).at("succeeded").text().equals("true");
    }

    /** Returns the keys with that prefix, and their values. */
    Map<String, byte[]> list(String prefix) throws IOException, InterruptedException {
        Json answer = call(
                "kv/range",
                Json.object(fields -> fields.put("key", base64(prefix))
                        .put("range_end", base64(endOf(prefix)))
                        .put("limit", KEYS_MAX)));
        Map<String, byte[]> found = new LinkedHashMap<>();
        for (Json entry : answer.at("kvs").items()) {
            found.put(new String(decoded(entry.at("key")), StandardCharsets.UTF_8), decoded(entry.at("value")));
        }
        return found;
    }

    /**
     * Watches the keys with that prefix, until the server ends the watch or the time is up. Each call authenticates, since a token
     * may expire before the next one. After a failure the next call uses the next server.
     *
     * @param changed called once the watch is established, and at each change; on another thread, which it must not block
     */
    void watch(String prefix, Duration time, Runnable changed) throws IOException, InterruptedException {
        byte[] body = Json.object(fields -> fields.object(
                "create_request", create -> create.put("key", base64(prefix)).put("range_end", base64(endOf(prefix)))));
        try {
            if (!settings.user().isEmpty()) {
                authenticate();
            }
            Reply reply = http.follow(request("watch", body), time, line -> watched(line, changed));
            if (reply.status() != 200) {
                throw failure("watch", reply);
            }
        } catch (IOException e) {
            nextServer();
            throw e;
        }
    }

    private static void watched(byte[] line, Runnable changed) throws IOException {
        Json said = Json.parse(line);
        Json result = said.at("result");
        if (result.at("canceled").text().equals("true")) {
            throw new IOException(
                    "the watch is refused: " + result.at("cancel_reason").text("it does not say why"));
        }
        if (!said.at("error").names().isEmpty()) {
            throw new IOException(
                    "the watch has ended: " + said.at("error").at("message").text("it does not say why"));
        }
        if (result.at("created").text().equals("true")
                || !result.at("events").items().isEmpty()) {
            changed.run();
        }
    }

    private Json call(String path, byte[] body) throws IOException, InterruptedException {
        try {
            if (token.isEmpty() && !settings.user().isEmpty()) {
                authenticate();
            }
            return onAnyServer(path, body);
        } catch (RefusedException refused) {
            if (!refused.unauthenticated || settings.user().isEmpty()) {
                throw refused;
            }
            log.debug("The token is not taken any more: {}", refused.getMessage());
            authenticate();
            return onAnyServer(path, body);
        }
    }

    private void authenticate() throws IOException, InterruptedException {
        token = "";
        String given = onAnyServer(
                        "auth/authenticate",
                        Json.object(
                                fields -> fields.put("name", settings.user()).put("password", settings.password())))
                .at("token")
                .text();
        if (given.isEmpty()) {
            throw new IOException(current() + " gave no token to the user " + settings.user());
        }
        token = given;
    }

    private Json onAnyServer(String path, byte[] body) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + CALLS_LIMIT.toNanos();
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < settings.servers().size() && System.nanoTime() - deadline < 0; i++) {
            try {
                return onServer(path, body);
            } catch (RefusedException refused) {
                throw refused;
            } catch (IOException e) {
                failures.add(String.valueOf(e.getMessage()));
                nextServer();
            }
        }
        throw new IOException("no etcd server answers: " + String.join("; ", failures));
    }

    private void nextServer() {
        server = (server + 1) % settings.servers().size();
    }

    private Json onServer(String path, byte[] body) throws IOException, InterruptedException {
        Reply reply = http.call(request(path, body));
        if (reply.status() == 200) {
            return Json.parse(reply.body());
        }
        throw failure(path, reply);
    }

    private HttpRequest request(String path, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(current().resolve("/v3/" + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("Authorization", token);
        }
        return request.build();
    }

    private IOException failure(String path, Reply reply) {
        String text = error(reply);
        // The server has no leader, or is starting: another one may do better.
        if (reply.status() >= 500) {
            return new IOException(current() + ": " + text);
        }
        // If authentication is required, etcd reports a call without it as an invalid argument.
        boolean unauthenticated =
                reply.status() == 401 || text.contains("user name is empty") || text.contains("auth token");
        return new RefusedException(current() + " refuses " + path + ": " + text, unauthenticated);
    }

    private static String error(Reply reply) {
        String text;
        try {
            Json body = Json.parse(reply.body());
            text = body.at("error").text(body.at("message").text(reply.shown()));
        } catch (IOException notJson) {
            text = reply.shown();
        }
        return text + " (status " + reply.status() + ')';
    }

    private URI current() {
        return settings.servers().get(server);
    }

    /** Returns the first key behind those with that prefix. */
    private static byte[] endOf(String prefix) {
        byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++; // the prefix ends in a slash
        return end;
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] decoded(Json text) throws IOException {
        try {
            return Base64.getDecoder().decode(text.text());
        } catch (IllegalArgumentException e) {
            throw new IOException("etcd answers with what is no base64: " + e.getMessage(), e);
        }
    }
}
